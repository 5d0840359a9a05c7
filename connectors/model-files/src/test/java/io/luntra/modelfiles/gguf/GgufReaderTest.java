package io.luntra.modelfiles.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufReaderTest {
  @TempDir private Path folder;

  private ModelInput read(byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("model.gguf"), file);
    return ModelFiles.layout(
        new org.apache.flink.core.fs.Path(path.toUri()), ReaderOptions.DEFAULTS);
  }

  private void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("model.gguf: ")
        .hasMessageContaining(message);
  }

  @Test
  void tensorsLieBehindTheHeaderAtTheirAlignment() throws IOException {
    byte[] file = GgufFile.model();
    ArtifactLayout layout = read(file).layouts().get(0);
    long start = file.length - 448L - 5;

    assertThat(start % 64).isZero();
    assertThat(layout.length()).isEqualTo(file.length);
    assertThat(layout.sections().stream().map(Section::tensor).filter(Objects::nonNull))
        .containsExactly(
            new TensorInfo("norm", DataType.FP32, List.of(8L)),
            new TensorInfo("q", DataType.Q8_0, List.of(2L, 64L)),
            new TensorInfo("k", DataType.Q4_K, List.of(256L)));
    assertThat(
            layout.sections().stream()
                .filter(section -> section.tensor() != null)
                .map(section -> section.offset() - start))
        .containsExactly(0L, 64L, 256L);
    assertThat(
            layout.sections().stream()
                .filter(section -> section.tensor() != null)
                .map(Section::length))
        .containsExactly(32L, 4 * 34L, 144L);
  }

  @Test
  void otherFilesAreRefused() {
    assertRefused(new byte[0], "not a GGUF file, or truncated: it has 0 bytes");
    assertRefused(new byte[64], "it does not begin with GGUF");
    assertRefused(new GgufFile().raw("GGUF").int32(1).bytes(), "GGUF version 1, expected 2 or 3");
    assertRefused(
        new GgufFile().raw("GGUF").int32(0x03000000).bytes(), "expected 2 or 3, little-endian");
  }

  @Test
  void countsAndSizesAreCheckedBeforeMemoryIsTaken() {
    assertRefused(
        GgufFile.of(1L << 63, 0).bytes(), "9223372036854775808 tensors, expected at most 200000");
    assertRefused(
        GgufFile.of(0, 1L << 63).bytes(), "9223372036854775808 keys, expected at most 200000");
    assertRefused(GgufFile.of(0, -1).bytes(), "18446744073709551615 keys");
    assertRefused(
        GgufFile.of(0, 1).int64(1L << 63).bytes(),
        "key name at byte 24: 9223372036854775808 bytes, expected at most 4096");
    assertRefused(
        GgufFile.of(0, 1).key("k", GgufFile.STRING).int64(1L << 62).bytes(),
        "key 'k': a value of 4611686018427387904 bytes");
    assertRefused(
        GgufFile.of(0, 1).key("k", GgufFile.ARRAY).int32(4).int64(1L << 63).bytes(),
        "key 'k': a value of");
    assertRefused(
        GgufFile.of(0, 1).key("k", GgufFile.ARRAY).int32(8).int64(1L << 63).bytes(), "truncated");
    assertRefused(GgufFile.of(0, 1).key("k", 13).bytes(), "key 'k': type 13, expected 0 to 12");
    assertRefused(
        GgufFile.of(1, 0).text("t").int32(65).bytes(), "65 dimensions, expected at most 64");
    assertRefused(
        GgufFile.of(1, 0).tensor("t", 0, 0, 1L << 62, 4).values(64).bytes(),
        "larger than 2^60 bytes");
    assertRefused(
        GgufFile.of(1, 0).tensor("t", 0, 0, -1).values(64).bytes(), "a negative dimension");
  }

  @Test
  void nestedArraysAreBounded() {
    GgufFile file = GgufFile.of(0, 1).key("k", GgufFile.ARRAY);
    for (int i = 0; i < 101; i++) {
      file.int32(GgufFile.ARRAY).int64(1);
    }
    assertRefused(file.int32(4).int64(0).bytes(), "arrays nested more than 100 deep");
  }

  @Test
  void valuesAreInTheFileAndDoNotOverlap() {
    assertRefused(
        GgufFile.of(1, 0).tensor("t", 0, 0, 64).pad(32).values(255).bytes(),
        "tensor 't': 256 bytes at 64 of a file of 319");
    assertRefused(
        GgufFile.of(1, 0).tensor("t", 0, 1L << 63, 1).pad(32).values(32).bytes(),
        "values at 9223372036854775808 after the header");
    assertRefused(
        GgufFile.of(1, 0).tensor("t", 0, 4, 1).pad(32).values(32).bytes(),
        "values at 4 after the header, expected a multiple of 32");
    assertRefused(
        GgufFile.of(2, 0).tensor("a", 0, 0, 16).tensor("b", 0, 32, 8).pad(32).values(64).bytes(),
        "tensor 'b': values at byte 128, where those before it end at 160");
    assertRefused(
        GgufFile.of(2, 0).tensor("a", 0, 0, 8).tensor("a", 0, 32, 8).pad(32).values(64).bytes(),
        "two tensors 'a'; expected each name once");
    assertRefused(
        GgufFile.of(1, 0).tensor("t", 8, 0, 33).pad(32).values(64).bytes(),
        "rows of 33 elements, expected a multiple of 32 of Q8_0");
    assertRefused(
        GgufFile.of(0, 1).key("general.alignment", GgufFile.UINT32).int32(48).bytes(),
        "general.alignment 48, expected a power of two");
    assertRefused(
        GgufFile.of(0, 1).key("general.alignment", GgufFile.STRING).text("32").bytes(),
        "general.alignment of type 8, expected 4");
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    byte[] whole = GgufFile.model();
    // The last tensor is of a type that is not read: what it takes is not known.
    for (int length = 0; length < whole.length - 53; length++) {
      assertRefused(Arrays.copyOf(whole, length), "");
    }
    assertThat(read(whole).layouts()).hasSize(1);
  }
}
