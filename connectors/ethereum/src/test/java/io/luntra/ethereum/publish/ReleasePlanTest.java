package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReleasePlanTest {
  /** MAX_LANES of ModelRegistry. */
  private static final int MAX_LANES = 16;

  private static VersionedHash hash(int i) {
    return new VersionedHash(ByteBuffer.allocate(32).put((byte) 1).putInt(28, i).array());
  }

  private static ReleasePlan plan(int blobs, int accounts) {
    StagedRelease release =
        new StagedRelease(
            "a".repeat(64),
            new ReleaseName("test/plan", "1"),
            "test",
            1,
            1,
            1,
            1,
            blobs / 2,
            Optional.empty(),
            List.of(),
            IntStream.range(0, blobs).mapToObj(ReleasePlanTest::hash).toList(),
            List.of(hash(blobs)));
    return ReleasePlan.of(
        release, IntStream.range(1, accounts + 1).mapToObj("0x%040x"::formatted).toList());
  }

  @Test
  void aReleaseOfAnotherAccountsModelIsKnownUnderThatAccount() {
    StagedRelease release = plan(7, 1).release();
    String creator = "0x" + "c".repeat(40);
    List<String> accounts = List.of("0x" + "a".repeat(40), "0x" + "b".repeat(40));

    ReleasePlan own = ReleasePlan.of(release, accounts);
    ReleasePlan others = ReleasePlan.of(release, creator, accounts);

    assertThat(own.releaseId()).isEqualTo(ReleaseIds.of(accounts.get(0), release.name()));
    assertThat(own.isOfAnother()).isFalse();
    assertThat(others.releaseId()).isEqualTo(ReleaseIds.of(creator, release.name()));
    assertThat(others.isOfAnother()).isTrue();
    assertThat(others.merkleRoot()).isNotEqualTo(own.merkleRoot());
    assertThat(others.lanes()).isEqualTo(own.lanes());
  }

  @Property
  void lanesShareAllBlobsInOrder(
      @ForAll @IntRange(min = 1, max = 400) int blobs,
      @ForAll @IntRange(min = 1, max = 80) int accounts) {
    ReleasePlan plan = plan(blobs, accounts);
    int batches = (blobs + 5) / 6;
    assertThat(plan.lanes()).hasSize(Math.min(MAX_LANES, Math.min(batches, accounts)));
    List<VersionedHash> hashes = new ArrayList<>();
    for (int lane = 0; lane < plan.lanes().size(); lane++) {
      assertThat(plan.firstBlob(lane)).isEqualTo(hashes.size()).isEqualTo(plan.firstBlob(lane));
      assertThat(plan.firstBlob(lane) % 6).isZero();
      assertThat(plan.blobs(lane)).isNotEmpty();
      hashes.addAll(plan.blobs(lane));
    }
    assertThat(hashes).isEqualTo(plan.release().blobs());
  }

  @Property
  void findsWhereALaneStandsWhateverItsBatchesWere(
      @ForAll @IntRange(min = 1, max = 100) int blobs,
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 6) Integer> batches,
      @ForAll @IntRange(max = 200) int pick) {
    ReleasePlan plan = plan(blobs, 1);
    List<Long> counts = new ArrayList<>();
    List<Bytes32> accumulators = new ArrayList<>();
    Bytes32 accumulator = Accumulator.EMPTY;
    int count = 0;
    for (int batch : batches) {
      int size = Math.min(batch, blobs - count);
      if (size > 0) {
        accumulator = Accumulator.next(accumulator, plan.blobs(0).subList(count, count + size));
        count += size;
        counts.add((long) count);
        accumulators.add(accumulator);
      }
    }
    int standing = pick % counts.size();
    ReleaseRun run = new ReleaseRun(plan);
    run.adopt(0, counts, counts.get(standing).intValue());
    run.requireOnItsWay(0, accumulators.get(standing));
    assertThat(run.progress().blobsConfirmed()).isEqualTo(counts.get(standing).intValue());
    if (counts.get(standing) < blobs) {
      PlannedBatch next = run.next(0, 6).orElseThrow();
      assertThat(next.index()).isEqualTo(counts.get(standing).intValue());
      assertThat(next.previous()).isEqualTo(accumulators.get(standing));
    } else {
      assertThat(run.next(0, 6).orElseThrow().hashes()).containsExactly(hash(blobs));
      assertThat(run.finalAccumulators()).containsExactly(accumulators.get(standing));
    }

    byte[] changed = accumulators.get(standing).bytes().clone();
    changed[3] ^= 1;
    assertThatThrownBy(() -> run.requireOnItsWay(0, new Bytes32(changed)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("expected");
  }
}
