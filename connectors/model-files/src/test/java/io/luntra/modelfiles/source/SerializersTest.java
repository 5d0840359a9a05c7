package io.luntra.modelfiles.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.modelfiles.source.ShardSplit.PlannedFile;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Shard;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

class SerializersTest {
  private static final ShardSplit SPLIT =
      new ShardSplit(
          3,
          new Shard(
              7,
              List.of(
                  new ChunkSlice(1, 4096, 1200, new ChunkShape(DataType.FP32, 2, 300)),
                  new ChunkSlice(0, 1L << 33, 5, ChunkShape.CONTAINER_BYTES))),
          List.of(
              new PlannedFile(1, "file:/m/é.bin", 5296), new PlannedFile(0, "s3://b/m", 1L << 34)),
          1);
  private static final ModelSourceCheckpoint CHECKPOINT =
      new ModelSourceCheckpoint(
          List.of(new ModelSourceRelease(4, List.of("a.onnx", "b.onnx"))), List.of(SPLIT));

  private static final String SPLIT_V1 =
      "000000030000000100000002" // release, next, files
          + "00000001000e66696c653a2f6d2fc3a92e62696e00000000000014b0"
          + "00000000000873333a2f2f622f6d0000000400000000"
          + "0000000700000002" // shard, chunks
          + "000000010000000000001000000004b000044650333200000002"
          + "0000012c"
          + "0000000000000002000000000000000500055549" // UINT8
          + "4e54380000000000000001";
  private static final String CHECKPOINT_V1 =
      "00000001" // releases
          + "00000004000000020006612e6f6e6e780006622e6f6e6e78"
          + "00000001" // splits
          + SPLIT_V1;

  @Test
  void version1OfASplit() throws IOException {
    ShardSplitSerializer serializer = new ShardSplitSerializer();
    byte[] golden = HexFormat.of().parseHex(SPLIT_V1);

    assertThat(serializer.getVersion()).isEqualTo(1);
    assertThat(serializer.serialize(SPLIT)).isEqualTo(golden);
    assertThat(serializer.deserialize(1, golden)).isEqualTo(SPLIT);
  }

  @Test
  void version1OfACheckpoint() throws IOException {
    ModelSourceCheckpointSerializer serializer = new ModelSourceCheckpointSerializer();
    byte[] golden = HexFormat.of().parseHex(CHECKPOINT_V1);

    assertThat(serializer.getVersion()).isEqualTo(1);
    assertThat(serializer.serialize(CHECKPOINT)).isEqualTo(golden);
    assertThat(serializer.deserialize(1, golden)).isEqualTo(CHECKPOINT);
  }

  @Test
  void otherVersionsAndLengthsAreRefused() {
    byte[] split = HexFormat.of().parseHex(SPLIT_V1);
    byte[] checkpoint = HexFormat.of().parseHex(CHECKPOINT_V1);
    ShardSplitSerializer splits = new ShardSplitSerializer();
    ModelSourceCheckpointSerializer checkpoints = new ModelSourceCheckpointSerializer();

    assertThatThrownBy(() -> splits.deserialize(2, split)).hasMessageContaining("version 2");
    assertThatThrownBy(() -> checkpoints.deserialize(0, checkpoint))
        .hasMessageContaining("version 0");
    assertThatThrownBy(() -> splits.deserialize(1, Arrays.copyOf(split, split.length + 1)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> splits.deserialize(1, Arrays.copyOf(split, split.length - 1)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> checkpoints.deserialize(1, Arrays.copyOf(checkpoint, checkpoint.length + 1)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void chunksArePojosWithoutKryo() throws IOException {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(TensorChunk.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(ChunkSlice.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(ChunkShape.class);

    TypeSerializer<TensorChunk> serializer =
        TypeInformation.of(TensorChunk.class).createSerializer(new SerializerConfigImpl());
    ChunkSlice slice = SPLIT.shard().chunks().get(1);
    TensorChunk chunk = new TensorChunk(3, 7, 1, 2, slice, new byte[] {1, 2, 3, 4, 5});
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(chunk, out);
    TensorChunk read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

    assertThat(read).usingRecursiveComparison().isEqualTo(chunk);
  }
}
