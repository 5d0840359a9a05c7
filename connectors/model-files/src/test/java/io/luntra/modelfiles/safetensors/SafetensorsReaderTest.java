package io.luntra.modelfiles.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsReaderTest {
  @TempDir Path folder;

  private ModelInput read(Path file) throws IOException {
    return read(file, ReaderLimits.DEFAULTS);
  }

  private static ModelInput read(Path file, ReaderLimits limits) throws IOException {
    return ModelFiles.layout(
        new org.apache.flink.core.fs.Path(file.toUri()), new ReaderOptions(limits, List.of()));
  }

  private Path file(String header, int valueBytes) throws IOException {
    return Files.write(
        folder.resolve("m.safetensors"), SafetensorsFile.bytes(header, new byte[valueBytes]));
  }

  private List<Section> tensors(ModelInput input, int artifact) {
    return input.artifacts().get(artifact).layout().sections().stream()
        .filter(section -> section.tensor() != null)
        .toList();
  }

  @Test
  void laysOutTensorsWhereTheirValuesAre() throws IOException {
    Path file =
        new SafetensorsFile()
            .entry("\"__metadata__\":{\"format\":\"pt\"}")
            .tensor("a.weight", "F32", "[2,3]", 24)
            .tensor("empty", "F16", "[0,7]", 0)
            .tensor("scalar", "BF16", "[]", 2)
            .write(folder.resolve("m.safetensors"));
    ModelInput input = read(file);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(input.artifacts()).hasSize(1);
    assertThat(input.layouts().get(0).path()).isEqualTo("m.safetensors");
    assertThat(input.inputBytes()).isEqualTo(bytes.length);
    assertThat(tensors(input, 0))
        .extracting(section -> section.tensor().name())
        .containsExactly("a.weight", "empty", "scalar");
    Section first = tensors(input, 0).get(0);
    assertThat(first.tensor().dtype()).isEqualTo(DataType.FP32);
    assertThat(first.tensor().shape()).containsExactly(2L, 3L);
    assertThat(first.offset()).isEqualTo(bytes.length - 26);
    assertThat(bytes[(int) first.offset() + 5]).isEqualTo((byte) 5);
    assertThat(tensors(input, 0).get(2).end()).isEqualTo(bytes.length);
  }

  /** The header may name tensors in any order; their values lie as the offsets say. */
  @Test
  void theHeadersOrderIsNotThatOfTheValues() throws IOException {
    Path file =
        file(
            "{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[3,5]},"
                + "\"a\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]}}   ",
            5);
    assertThat(tensors(read(file), 0))
        .extracting(section -> section.tensor().name())
        .containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL,BOOL,8",
    "U8,UINT8,8",
    "I8,INT8,8",
    "I16,INT16,16",
    "U16,UINT16,16",
    "F16,FP16,16",
    "BF16,BF16,16",
    "I32,INT32,32",
    "U32,UINT32,32",
    "F32,FP32,32",
    "F64,FP64,64",
    "I64,INT64,64",
    "U64,UINT64,64",
    "C64,COMPLEX64,64",
    "F8_E5M2,FP8_E5M2,8",
    "F8_E4M3,FP8_E4M3,8",
    "F8_E8M0,FP8_E8M0,8",
    "F8_E4M3FNUZ,FP8_E4M3FNUZ,8",
    "F8_E5M2FNUZ,FP8_E5M2FNUZ,8",
    "F6_E2M3,FP6_E2M3,6",
    "F6_E3M2,FP6_E3M2,6",
    "F4,FP4_E2M1,4"
  })
  void knowsEveryElementType(String word, DataType dtype, int bits) throws IOException {
    Path file =
        new SafetensorsFile()
            .tensor("t", word, "[3,8]", 3 * bits)
            .write(folder.resolve("m.safetensors"));
    assertThat(tensors(read(file), 0))
        .singleElement()
        .satisfies(
            section -> {
              assertThat(section.tensor().dtype()).isEqualTo(dtype);
              assertThat(section.tensor().elements()).isEqualTo(24);
              assertThat(section.length()).isEqualTo(3L * bits);
            });
  }

  /** Chunks of narrow types hold whole elements, and cover the tensor. */
  @ParameterizedTest
  @CsvSource({"F4,4", "F6_E2M3,6"})
  void cutsNarrowTypesBetweenElements(String word, int bits) throws IOException {
    int elements = 3_000_000;
    Path file =
        new SafetensorsFile()
            .tensor("t", word, "[%d]".formatted(elements), elements / 8 * bits)
            .write(folder.resolve("m.safetensors"));
    Section tensor = tensors(read(file), 0).get(0);
    List<ChunkSlice> slices = ShardPlanner.slices(0, tensor);
    assertThat(slices).hasSizeGreaterThan(1);
    long position = tensor.offset();
    for (ChunkSlice slice : slices) {
      assertThat(slice.offset()).isEqualTo(position);
      assertThat(slice.length() % tensor.tensor().dtype().bytes()).isZero();
      position += slice.length();
    }
    assertThat(position).isEqualTo(tensor.end());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}                                             | 3 | expected 0
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}                                             | 3 | 1 bytes after
          {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}                                             | 3 | of which the file has 3
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}}                                             | 2 | takes 3 bytes
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}                                             | 2 | takes 2 bytes
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}} | 3 | expected 2
          {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | 2 | Duplicate
          {"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}                                | 1 | Duplicate
          {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}                                       | 1 | unknown field
          {"a":{"dtype":"U8","shape":[1]}}                                                                  | 1 | not all of them
          {"a":{"dtype":"U9","shape":[1],"data_offsets":[0,1]}}                                             | 1 | not known
          {"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}                                             | 1 | whole blocks
          {"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}                                            | 1 | expected 0 to
          {"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}                                           | 1 | VALUE_NUMBER_INT
          {"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}                          | 1 | expected 0 to
          {"a":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,1]}}                        | 1 | larger than
          {"a":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}}                                           | 1 | nesting
          {"__metadata__":{"a":1}}                                                                          | 0 | VALUE_STRING
          {"a":[]}                                                                                          | 0 | START_OBJECT
          []                                                                                                | 0 | START_OBJECT
          {} {}                                                                                             | 0 | goes on
          {"a"                                                                                              | 0 | not JSON
          """)
  void refusesWhatDoesNotAddUp(String header, int valueBytes, String message) throws IOException {
    Path file = file(header, valueBytes);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("m.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void refusesHeadersThatAreNotThere() throws IOException {
    Path file = folder.resolve("m.safetensors");
    for (byte[] bytes :
        List.of(
            new byte[0],
            new byte[7],
            new byte[8],
            new byte[] {1, 0, 0, 0, 0, 0, 0, 0, '{'},
            new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{'},
            new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0x80, '{', '}'})) {
      Files.write(file, bytes);
      assertThatThrownBy(() -> read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("not a safetensors file");
    }
  }

  @Test
  void limitsHold() throws IOException {
    Path file =
        new SafetensorsFile()
            .entry("\"__metadata__\":{\"k\":\"0123456789\"}")
            .tensor("abcdefgh", "U8", "[1,1,2]", 2)
            .tensor("b", "U8", "[2]", 2)
            .write(folder.resolve("m.safetensors"));
    read(file, new ReaderLimits(1, 2, 12, 3, 1, 1000, 11, 1));
    List<ReaderLimits> tooSmall =
        List.of(
            new ReaderLimits(1, 1, 12, 3, 1, 1000, 11, 1),
            new ReaderLimits(1, 2, 7, 3, 1, 1000, 11, 1),
            new ReaderLimits(1, 2, 12, 2, 1, 1000, 11, 1),
            new ReaderLimits(1, 2, 12, 3, 1, 50, 11, 1),
            new ReaderLimits(1, 2, 12, 3, 1, 1000, 10, 1));
    for (ReaderLimits limits : tooSmall) {
      assertThatThrownBy(() -> read(file, limits))
          .as(limits.toString())
          .isInstanceOf(InvalidInputException.class);
    }
  }

  /** Every truncation is refused; a changed byte is refused, or is another whole file. */
  @Test
  void mutationsAndTruncations() throws IOException {
    byte[] good =
        new SafetensorsFile()
            .entry("\"__metadata__\":{\"format\":\"pt\"}")
            .tensor("a.weight", "F32", "[2,3]", 24)
            .tensor("b", "F16", "[4]", 8)
            .bytes();
    Path file = folder.resolve("m.safetensors");
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> read(file)).isInstanceOf(InvalidInputException.class);
    }
    Random random = new Random(11);
    for (int i = 0; i < 3000; i++) {
      byte[] mutated = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        mutated[random.nextInt(good.length - 32)] = (byte) random.nextInt(256);
      }
      Files.write(file, mutated);
      try {
        assertThat(read(file).inputBytes()).isEqualTo(good.length);
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageContaining("m.safetensors");
      }
    }
  }

  private Path index(String weightMap) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":6},\"weight_map\":{%s}}".formatted(weightMap));
  }

  @Test
  void readsTheFilesThatAnIndexNames() throws IOException {
    new SafetensorsFile()
        .tensor("b", "U8", "[2]", 2)
        .write(folder.resolve("model-00002-of-00002.safetensors"));
    new SafetensorsFile()
        .tensor("a", "U8", "[4]", 4)
        .write(folder.resolve("model-00001-of-00002.safetensors"));
    ModelInput input =
        read(
            index(
                "\"b\":\"model-00002-of-00002.safetensors\",\"a\":\"model-00001-of-00002.safetensors\""));
    assertThat(input.layouts())
        .extracting(layout -> layout.path())
        .containsExactly(
            "model.safetensors.index.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors");
    assertThat(tensors(input, 0)).isEmpty();
    assertThat(tensors(input, 2)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          "a":"../m.safetensors"        | same folder
          "a":"sub/m.safetensors"       | same folder
          "a":"sub\\\\m.safetensors"    | same folder
          "a":"m.bin"                   | same folder
          "a":"m:x.safetensors"         | not a plain relative path
          "a":"missing.safetensors"     | does not exist
          "z":"m.safetensors"           | tensor 'z' is not in m.safetensors
          "a":"m.safetensors","a":"m.safetensors" | Duplicate
          "a":7                         | VALUE_STRING
          """)
  void refusesAnIndexThatDoesNotAddUp(String weightMap, String message) throws IOException {
    new SafetensorsFile().tensor("a", "U8", "[2]", 2).write(folder.resolve("m.safetensors"));
    Path index = index(weightMap);
    assertThatThrownBy(() -> read(index))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("index.json")
        .hasMessageContaining(message);
  }

  @Test
  void refusesALinkThatLeadsOutside(@TempDir Path elsewhere) throws IOException {
    new SafetensorsFile().tensor("a", "U8", "[2]", 2).write(elsewhere.resolve("m.safetensors"));
    Files.createSymbolicLink(folder.resolve("m.safetensors"), elsewhere.resolve("m.safetensors"));
    Path index = index("\"a\":\"m.safetensors\"");
    assertThatThrownBy(() -> read(index))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("outside the model's folder");
    ReaderOptions allowed = new ReaderOptions(ReaderLimits.DEFAULTS, List.of(elsewhere.toString()));
    assertThat(
            ModelFiles.layout(new org.apache.flink.core.fs.Path(index.toUri()), allowed)
                .artifacts())
        .hasSize(2);
  }
}
