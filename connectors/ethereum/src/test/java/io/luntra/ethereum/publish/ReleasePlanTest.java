package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ReleasePlanTest {
  /** MAX_LANES of ModelRegistry. */
  private static final int MAX_LANES = 32;

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
            IntStream.range(0, blobs).mapToObj(ReleasePlanTest::hash).toList(),
            List.of(hash(blobs)));
    return ReleasePlan.of(
        release, IntStream.range(1, accounts + 1).mapToObj("0x%040x"::formatted).toList());
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
      Bytes32 accumulator = Bytes32.ZERO;
      assertThat(plan.lane(lane)).isNotEmpty();
      for (PlannedBatch batch : plan.lane(lane)) {
        assertThat(batch.lane()).isEqualTo(lane);
        assertThat(batch.previous()).isEqualTo(accumulator);
        accumulator = Accumulator.next(accumulator, batch.hashes());
        hashes.addAll(batch.hashes());
      }
      assertThat(plan.finalAccumulators().get(lane)).isEqualTo(accumulator);
    }
    assertThat(hashes).isEqualTo(plan.release().blobs());
    assertThat(plan.batches()).hasSize(batches + 1);
    assertThat(plan.batches().get(0).kind()).isEqualTo(BatchKind.OPEN);
    assertThat(plan.seal().hashes()).containsExactly(hash(blobs));
    assertThat(plan.batches()).extracting(PlannedBatch::batchId).doesNotHaveDuplicates();
  }

  @Property
  void findsWhereALaneStands(
      @ForAll @IntRange(min = 1, max = 100) int blobs, @ForAll @IntRange(max = 100) int pick) {
    ReleasePlan plan = plan(blobs, 1);
    ReleaseRun run = new ReleaseRun(plan);
    int standing = pick % plan.batches().size();
    Bytes32 accumulator = standing == 0 ? Bytes32.ZERO : plan.lane(0).get(standing - 1).next();
    run.standing(0, accumulator);
    assertThat(run.progress().included()).isEqualTo(standing);
    assertThat(run.nextToSign(0).orElseThrow().index()).isEqualTo(standing);

    byte[] changed = plan.lane(0).get(0).next().bytes().clone();
    changed[3] ^= 1;
    assertThatThrownBy(() -> new ReleaseRun(plan).standing(0, new Bytes32(changed)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("expected");
  }
}
