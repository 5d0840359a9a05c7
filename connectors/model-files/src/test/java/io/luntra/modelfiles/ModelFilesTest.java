package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.onnx.Proto;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.release.Shard;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  // As counted by a generic protobuf decoder.
  private static final int TENSORS = 104;
  private static final long TENSOR_BYTES = 90_856_960;

  @TempDir Path folder;

  private static org.apache.flink.core.fs.Path flink(Path path) {
    return new org.apache.flink.core.fs.Path(path.toString());
  }

  @Test
  void aRealModel() throws IOException {
    Path file = MiniLm.copyTo(folder);

    ModelInput input = ModelFiles.layout(flink(file), ReaderOptions.DEFAULTS);

    assertThat(input.artifacts()).hasSize(1);
    ArtifactLayout layout = input.layouts().get(0);
    assertThat(layout.path()).isEqualTo("all-minilm-l6-v2.onnx");
    assertThat(layout.length()).isEqualTo(90_984_153).isEqualTo(Files.size(file));
    List<TensorInfo> tensors =
        layout.sections().stream().map(Section::tensor).filter(t -> t != null).toList();
    assertThat(tensors).hasSize(TENSORS);
    assertThat(tensors.stream().mapToLong(TensorInfo::bytes).sum()).isEqualTo(TENSOR_BYTES);
    assertThat(tensors)
        .contains(
            new TensorInfo(
                "embeddings.word_embeddings.weight", DataType.FP32, List.of(30522L, 384L)));

    List<Shard> shards = ShardPlanner.plan(input.layouts());
    assertThat(shards).hasSize(3);
    Path rebuilt = folder.resolve("rebuilt");
    try (FileChannel in = FileChannel.open(file);
        OutputStream out = Files.newOutputStream(rebuilt)) {
      for (Shard shard : shards) {
        for (ChunkSlice chunk : shard.chunks()) {
          ByteBuffer buffer = ByteBuffer.allocate(chunk.length());
          assertThat(in.read(buffer, chunk.offset())).isEqualTo(chunk.length());
          out.write(buffer.array());
        }
      }
    }
    assertThat(Files.mismatch(file, rebuilt)).isEqualTo(-1);
  }

  @Test
  void aTruncatedRealModel() throws IOException {
    Path file = MiniLm.copyTo(folder);
    for (long length : new long[] {90_984_152, 90_000_000, 50_000_000, 1000}) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(length);
      }
      assertThatThrownBy(() -> ModelFiles.layout(flink(file), ReaderOptions.DEFAULTS))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("all-minilm-l6-v2.onnx")
          .hasMessageContaining("truncated");
    }
  }

  @Test
  void filesOfARelease() throws IOException {
    Path a = folder.resolve("a.onnx");
    Path b = folder.resolve("b.ONNX");
    Path data = folder.resolve("a.data");
    Proto external = Proto.external("w", "a.data", "0", 1);
    Files.write(a, Proto.model(new Proto().message(5, external)).toBytes());
    Files.write(b, Proto.model(new Proto()).toBytes());
    Files.write(data, new byte[4]);

    ModelInput input =
        ModelFiles.layout(List.of(flink(a), flink(data), flink(b)), ReaderOptions.DEFAULTS);

    assertThat(input.layouts())
        .extracting(ArtifactLayout::path)
        .containsExactly("a.onnx", "a.data", "b.ONNX");
  }

  @Test
  void filesThatCannotBeRead() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "text");
    Path directory = Files.createDirectory(folder.resolve("d.onnx"));
    refused(text, "expected a folder, or a name ending in .onnx");
    refused(folder.resolve("none.onnx"), "no such file");
    refused(directory, "a folder without files");
    assertThatThrownBy(() -> ModelFiles.layout(List.of(), ReaderOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class);
  }

  private static void refused(Path file, String expected) {
    assertThatThrownBy(() -> ModelFiles.layout(flink(file), ReaderOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining(expected);
  }
}
