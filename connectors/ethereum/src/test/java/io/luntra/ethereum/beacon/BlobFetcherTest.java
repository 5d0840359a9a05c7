package io.luntra.ethereum.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luntra.blob.BlobPacker;
import io.luntra.blob.Bytes32;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlobFetcherTest {
  private static final Kzg KZG = Kzg.load();
  private static final List<byte[]> BLOBS =
      IntStream.range(0, 5)
          .mapToObj(i -> BlobPacker.pack(new byte[] {(byte) i, 7}).get(0))
          .toList();
  private static final List<KzgCommitment> COMMITMENTS = BLOBS.stream().map(KZG::commit).toList();

  /** What each block's blobs are, and what is served. */
  private final Map<Long, List<byte[]>> served =
      Map.of(1L, new ArrayList<>(BLOBS.subList(0, 3)), 2L, new ArrayList<>(BLOBS.subList(3, 5)));

  private final BlobFetcher fetcher = new BlobFetcher(new Served(), KZG);

  private final class Served implements BlobSource {
    @Override
    public List<byte[]> blobs(BlockReference block, List<VersionedHash> wanted) {
      return served.get(block.number());
    }

    @Override
    public String name() {
      return "served";
    }
  }

  @Test
  void blobsComeInTheOrderWanted() {
    assertThat(fetcher.fetch(wanted())).containsExactlyElementsOf(BLOBS);
  }

  @Test
  void orderOfTheAnswerDoesNotMatter() {
    Collections.reverse(served.get(1L));
    served.get(2L).add(0, BLOBS.get(0));
    assertThat(fetcher.fetch(wanted())).containsExactlyElementsOf(BLOBS);
  }

  @Test
  void changedBlobIsNamed() {
    byte[] changed = BLOBS.get(1).clone();
    changed[31] ^= 1;
    served.get(1L).set(1, changed);
    BlobUnavailableException failure =
        catchThrowableOfType(BlobUnavailableException.class, () -> fetcher.fetch(wanted()));
    assertThat(failure.missing()).containsExactly(COMMITMENTS.get(1).versionedHash());
    assertThat(failure.unwanted()).containsExactly(KZG.commit(changed).versionedHash());
  }

  @Test
  void missingBlobIsNamed() {
    served.get(2L).remove(0);
    BlobUnavailableException failure =
        catchThrowableOfType(BlobUnavailableException.class, () -> fetcher.fetch(wanted()));
    assertThat(failure.missing()).containsExactly(COMMITMENTS.get(3).versionedHash());
    assertThat(failure).hasMessageContaining("block 2");
  }

  private static List<BlobFetcher.Location> wanted() {
    return IntStream.range(0, 5)
        .mapToObj(i -> new BlobFetcher.Location(block(i < 3 ? 1 : 2), COMMITMENTS.get(i)))
        .toList();
  }

  private static BlockReference block(long number) {
    return new BlockReference(number, Bytes32.ZERO, 0);
  }
}
