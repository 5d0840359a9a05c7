package io.luntra.ethereum.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.kzg.KzgCommitment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardSplitSerializerTest {
  private static final ShardSplit SPLIT =
      new ShardSplit("http://b", new ShardBlobs(1, 2, List.of(location(3), location(4))), 1);
  private static final String VERSION_1 =
      "0008687474703a2f2f62" // beacon URL
          + "00000001" // next blob
          + "00000001" // release
          + "00000002" // shard
          + "00000002" // blobs
          + ("0000000000000003" + "03".repeat(32) + "0000000000000009" + "03".repeat(48))
          + ("0000000000000004" + "04".repeat(32) + "0000000000000009" + "04".repeat(48));

  @Test
  void version1IsAsItWas() {
    byte[] bytes = HexFormat.of().parseHex(VERSION_1);
    assertThat(ShardSplitSerializer.INSTANCE.serialize(SPLIT)).isEqualTo(bytes);
    assertThat(ShardSplitSerializer.INSTANCE.deserialize(1, bytes)).isEqualTo(SPLIT);
  }

  @Test
  void checkpointComesBack() throws Exception {
    ShardSplitsSerializer serializer = new ShardSplitsSerializer();
    byte[] bytes = serializer.serialize(List.of(SPLIT, SPLIT));
    assertThat(serializer.deserialize(1, bytes)).containsExactly(SPLIT, SPLIT);
  }

  @Test
  void unknownVersionIsRefused() {
    assertThatThrownBy(() -> ShardSplitSerializer.INSTANCE.deserialize(2, new byte[0]))
        .hasMessageContaining("version 2");
    assertThatThrownBy(() -> new ShardSplitsSerializer().deserialize(2, new byte[0]))
        .hasMessageContaining("version 2");
  }

  private static BlobFetcher.Location location(int fill) {
    byte[] hash = new byte[32];
    byte[] commitment = new byte[48];
    Arrays.fill(hash, (byte) fill);
    Arrays.fill(commitment, (byte) fill);
    return new BlobFetcher.Location(
        new BlockReference(fill, new Bytes32(hash), 9), new KzgCommitment(commitment));
  }
}
