package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.pytorch.PytorchFile;
import io.luntra.modelfiles.safetensors.SafetensorsFile;
import io.luntra.release.ArtifactLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release is a folder: what is a model is laid out, what is not is carried as it is. */
class FolderReaderTest {
  @TempDir private Path folder;

  private ModelInput read() throws IOException {
    return read(ReaderOptions.DEFAULTS);
  }

  private ModelInput read(ReaderOptions options) throws IOException {
    return ModelFiles.layout(new org.apache.flink.core.fs.Path(folder.toUri()), options);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(folder.getFileName().toString())
        .hasMessageContaining(message);
  }

  private Path file(String path, byte[] content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private static byte[] safetensors() {
    return new SafetensorsFile().tensor("a", "F32", "[2]", 8).bytes();
  }

  private static long tensors(ArtifactLayout layout) {
    return layout.sections().stream().filter(section -> section.tensor() != null).count();
  }

  @Test
  void everyFileIsAnArtifactByItsPath() throws IOException {
    file("model.safetensors", safetensors());
    file("pytorch_model.bin", PytorchFile.checkpoint());
    file("weights.bin", new byte[] {1, 2, 3});
    file("config.json", new byte[10]);
    file("onnx/tokenizer.json", new byte[0]);
    file("README.md", new byte[5]);
    file(".gitattributes", new byte[5]);
    file(".cache/huggingface/lock", new byte[5]);

    List<ArtifactLayout> layouts = read().layouts();

    assertThat(layouts)
        .extracting(ArtifactLayout::path)
        .containsExactly(
            "README.md",
            "config.json",
            "model.safetensors",
            "onnx/tokenizer.json",
            "pytorch_model.bin",
            "weights.bin");
    assertThat(layouts)
        .extracting(FolderReaderTest::tensors)
        .containsExactly(0L, 0L, 1L, 0L, 3L, 0L);
    assertThat(layouts).extracting(ArtifactLayout::length).contains(5L, 10L, 0L, 3L);
  }

  @Test
  void shardsOfAnIndexAreTakenOnce() throws IOException {
    file("sub/a.safetensors", safetensors());
    file(
        "sub/model.safetensors.index.json",
        "{\"weight_map\":{\"a\":\"a.safetensors\"}}".getBytes(StandardCharsets.UTF_8));
    assertThat(read().layouts())
        .extracting(ArtifactLayout::path)
        .containsExactly("sub/a.safetensors", "sub/model.safetensors.index.json");

    file(
        "sub/model.safetensors.index.json",
        "{\"weight_map\":{\"b\":\"a.safetensors\"}}".getBytes(StandardCharsets.UTF_8));
    assertRefused("tensor 'b' is not in a.safetensors");
  }

  @Test
  void oldPytorchFilesAreRefusedWithAdvice() throws IOException {
    file(
        "pytorch_model.bin",
        new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c});
    assertRefused("pytorch_model.bin: a PyTorch file of the format before 1.6, which is not read");
  }

  @Test
  void linksStayInsideTheAllowedRoots(@TempDir Path cache) throws IOException {
    Path blob = Files.write(cache.resolve("blob"), safetensors());
    Files.createSymbolicLink(folder.resolve("model.safetensors"), blob);
    assertRefused("outside the model's folder and the allowed roots");

    ModelInput input = read(new ReaderOptions(ReaderLimits.DEFAULTS, List.of(cache.toString())));
    assertThat(input.layouts())
        .extracting(ArtifactLayout::path)
        .containsExactly("model.safetensors");
    assertThat(input.layouts().get(0).sections()).hasSize(2);
  }

  @Test
  void foldersThatContainThemselvesAreRefused() throws IOException {
    file("a.txt", new byte[1]);
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    assertRefused("does a link lead back to where it is?");
  }

  @Test
  void aFolderIsFoundByAnyPathToIt() throws IOException {
    file("sub/a.txt", new byte[1]);
    Path around = folder.resolve("sub").resolve("..").resolve("sub");
    assertThat(
            ModelFiles.layout(
                    new org.apache.flink.core.fs.Path(around.toString()), ReaderOptions.DEFAULTS)
                .layouts())
        .extracting(ArtifactLayout::path)
        .containsExactly("a.txt");
  }

  @Test
  void filesAreCounted() throws IOException {
    assertRefused("a folder without files");
    file("a.txt", new byte[1]);
    file("b.txt", new byte[1]);
    assertThatThrownBy(
            () ->
                read(
                    new ReaderOptions(
                        new ReaderLimits(1, 10, 10, 10, 10, 100, 100, 100), List.of())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("more than 1 files");
  }
}
