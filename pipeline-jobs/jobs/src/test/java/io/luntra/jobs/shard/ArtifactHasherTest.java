package io.luntra.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ArtifactHasherTest {

  @Property(tries = 200)
  void hashesRangesHoweverTheBytesCome(@ForAll Random random, @ForAll @IntRange(max = 9) int count)
      throws Exception {
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    List<ArtifactHasher.Range> ranges = new ArrayList<>();
    int position = 0;
    for (int i = 0; i < count; i++) {
      int from = position + random.nextInt(bytes.length - position + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      ranges.add(new ArtifactHasher.Range(from, to - from));
      position = to;
    }
    ArtifactHasher hasher = new ArtifactHasher(ranges);
    for (int from = 0; from < bytes.length; ) {
      int length = Math.min(bytes.length - from, random.nextInt(40));
      hasher.update(bytes, from, length);
      from += length;
    }

    assertThat(hasher.position()).isEqualTo(bytes.length);
    List<Bytes32> expected = new ArrayList<>();
    for (ArtifactHasher.Range range : ranges) {
      int from = (int) range.offset();
      expected.add(sha256(Arrays.copyOfRange(bytes, from, from + (int) range.length())));
    }
    assertThat(hasher.rangeHashes()).isEqualTo(expected);
    assertThat(hasher.artifactHash()).isEqualTo(sha256(bytes));
  }

  @Test
  void rangeBehindTheEndHasNoHash() {
    ArtifactHasher hasher = new ArtifactHasher(List.of(new ArtifactHasher.Range(2, 4)));
    hasher.update(new byte[5], 0, 5);
    assertThat(hasher.rangeHashes()).isEmpty();
  }

  @Test
  void overlappingRangesAreRefused() {
    assertThatThrownBy(
            () ->
                new ArtifactHasher(
                    List.of(new ArtifactHasher.Range(0, 4), new ArtifactHasher.Range(3, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("byte 3");
  }

  private static Bytes32 sha256(byte[] bytes) throws Exception {
    return new Bytes32(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
