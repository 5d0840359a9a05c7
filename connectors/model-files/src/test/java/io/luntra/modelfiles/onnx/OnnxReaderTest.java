package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.Proto.external;
import static io.luntra.modelfiles.onnx.Proto.floats;
import static io.luntra.modelfiles.onnx.Proto.model;
import static io.luntra.modelfiles.onnx.Proto.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.release.Shard;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {
  @TempDir Path temp;
  private Path folder;
  private Path file;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(temp.resolve("model"));
    file = folder.resolve("m.onnx");
  }

  private ModelInput read(byte[] bytes) throws IOException {
    return read(bytes, ReaderOptions.DEFAULTS);
  }

  private ModelInput read(byte[] bytes, ReaderOptions options) throws IOException {
    Files.write(file, bytes);
    return OnnxReader.read(new org.apache.flink.core.fs.Path(file.toUri()), options);
  }

  private ModelInput read(Proto... initializers) throws IOException {
    Proto graph = new Proto();
    for (Proto initializer : initializers) {
      graph.message(5, initializer);
    }
    return read(model(graph).toBytes());
  }

  private ArtifactLayout layout(Proto... initializers) throws IOException {
    ModelInput input = read(initializers);
    assertThat(input.artifacts()).hasSize(1);
    ArtifactLayout layout = input.layouts().get(0);
    assertThat(layout.path()).isEqualTo("m.onnx");
    assertThat(layout.length()).isEqualTo(Files.size(file));
    return layout;
  }

  private static List<Section> tensors(ArtifactLayout layout) {
    return layout.sections().stream().filter(s -> s.tensor() != null).toList();
  }

  private byte[] stored(Section section) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return Arrays.copyOfRange(bytes, (int) section.offset(), (int) section.end());
  }

  private void refused(String expected, Proto... initializers) {
    assertThatThrownBy(() -> read(initializers))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("m.onnx")
        .hasMessageContaining("byte ")
        .hasMessageContaining(expected);
  }

  private void refusedFile(byte[] bytes, String expected) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("m.onnx")
        .hasMessageContaining(expected);
  }

  @Test
  void rawDataIsATensorSectionAndAllElseContainerBytes() throws IOException {
    ArtifactLayout layout = layout(tensor("w", 1, 2, 3).bytes(9, floats(6)));

    assertThat(tensors(layout)).hasSize(1);
    Section w = tensors(layout).get(0);
    assertThat(w.tensor()).isEqualTo(new TensorInfo("w", DataType.FP32, List.of(2L, 3L)));
    assertThat(stored(w)).isEqualTo(floats(6));
    assertThat(layout.sections()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "1,FP32",
    "2,UINT8",
    "3,INT8",
    "4,UINT16",
    "5,INT16",
    "6,INT32",
    "7,INT64",
    "9,BOOL",
    "10,FP16",
    "11,FP64",
    "12,UINT32",
    "13,UINT64",
    "16,BF16"
  })
  void everyFixedWidthTypeInRawData(int number, DataType dtype) throws IOException {
    ArtifactLayout layout = layout(tensor("t", number, 5).bytes(9, new byte[5 * dtype.bytes()]));

    assertThat(tensors(layout)).extracting(s -> s.tensor().dtype()).containsExactly(dtype);
  }

  @ParameterizedTest
  @CsvSource({"14,40", "15,80", "17,5", "20,5", "21,3", "22,3", "23,3", "24,5", "25,2", "99,7"})
  void otherTypesStayContainerBytes(int number, int bytes) throws IOException {
    assertThat(tensors(layout(tensor("t", number, 5).bytes(9, new byte[bytes])))).isEmpty();
  }

  @Test
  void packedFloatsAndDoublesAreTensorSections() throws IOException {
    byte[] doubles = new byte[16];
    new Random(1).nextBytes(doubles);
    ArtifactLayout layout =
        layout(tensor("f", 1, 4).bytes(4, floats(4)), tensor("d", 11, 2, 1).bytes(10, doubles));

    assertThat(tensors(layout)).extracting(s -> s.tensor().name()).containsExactly("f", "d");
    assertThat(stored(tensors(layout).get(0))).isEqualTo(floats(4));
    assertThat(stored(tensors(layout).get(1))).isEqualTo(doubles);
  }

  @Test
  void valuesNotInOneRunStayContainerBytes() throws IOException {
    ArtifactLayout layout =
        layout(
            tensor("unpacked", 1, 2).fixed32(4, 1).fixed32(4, 2),
            tensor("two runs", 1, 2).bytes(4, floats(1)).bytes(4, floats(1)),
            tensor("varints", 7, 3).bytes(7, new Proto().raw(1).raw(-1).raw(300).toBytes()),
            tensor("varint", 6, 2).varint(5, 7).varint(5, 8),
            tensor("halves", 10, 1).bytes(5, new Proto().raw(0x3c00).toBytes()),
            tensor("strings", 8, 2).text(6, "a").text(6, ""),
            tensor("unsigned", 12, 1).bytes(11, new Proto().raw(9).toBytes()));

    assertThat(tensors(layout)).isEmpty();
    assertThat(layout.sections()).hasSize(1);
  }

  @Test
  void scalarsAndEmptyTensorsAreLegal() throws IOException {
    ArtifactLayout layout =
        layout(
            tensor("scalar", 1).bytes(9, floats(1)),
            tensor("empty", 1, 3, 0).bytes(9, new byte[0]),
            tensor("nothing", 7, 0));

    assertThat(tensors(layout)).extracting(s -> s.tensor().name()).containsExactly("scalar");
  }

  @Test
  void packedDimensionsAndFieldsInAnyOrder() throws IOException {
    Proto shuffled =
        new Proto()
            .bytes(9, floats(6))
            .text(8, "w")
            .bytes(1, new Proto().raw(3).raw(2).toBytes())
            .varint(2, 1);

    assertThat(tensors(layout(shuffled)).get(0).tensor().shape()).containsExactly(3L, 2L);
  }

  @Test
  void tensorsOfNodesAndSparseTensorsStayContainerBytes() throws IOException {
    Proto constant = new Proto().message(5, tensor("", 1, 2).bytes(9, floats(2)));
    Proto graph =
        new Proto()
            .message(1, new Proto().message(5, constant))
            .message(15, new Proto().message(1, tensor("s", 1, 1).bytes(9, floats(1))))
            .message(5, tensor("w", 1, 1).bytes(9, floats(1)));

    List<Section> tensors = tensors(read(model(graph).toBytes()).layouts().get(0));

    assertThat(tensors).extracting(s -> s.tensor().bytes()).containsExactly(4L);
  }

  private static Proto constant(String output, Proto tensor) {
    Proto value = new Proto().text(1, "value").message(5, tensor).varint(20, 4);
    return new Proto().text(2, output).text(4, "Constant").message(5, value);
  }

  @Test
  void largeConstantsOfTheMainGraphAreTensorsByTheirOutput() throws IOException {
    Proto large = tensor("", 1, 32, 32).bytes(9, floats(1024));
    Proto graph =
        new Proto()
            .message(1, constant("w", large))
            .message(1, constant("axes", tensor("", 1, 2).bytes(9, floats(2))))
            .message(
                1,
                new Proto().text(2, "y").text(4, "Foo").message(5, new Proto().message(5, large)))
            .message(5, tensor("v", 1, 1).bytes(9, floats(1)));

    List<Section> tensors = tensors(read(model(graph).toBytes()).layouts().get(0));

    assertThat(tensors).extracting(s -> s.tensor().name()).containsExactly("w", "v");
    assertThat(tensors.get(0).tensor().shape()).containsExactly(32L, 32L);
    assertThat(tensors.get(0).length()).isEqualTo(4096);
  }

  @Test
  void aConstantByTheNameOfAnInitializerIsRefused() {
    Proto large = tensor("", 1, 32, 32).bytes(9, floats(1024));
    Proto graph =
        new Proto()
            .message(1, constant("w", large))
            .message(5, tensor("w", 1, 1).bytes(9, floats(1)));
    refusedFile(model(graph).toBytes(), "its name was seen before");
  }

  @Test
  void aConstantWhoseShapeDisagreesWithItsBytesIsRefused() {
    Proto graph =
        new Proto().message(1, constant("w", tensor("", 1, 32, 32).bytes(9, floats(1023))));
    refusedFile(model(graph).toBytes(), "expected 4096 bytes (FLOAT [32, 32]), found 4092");
  }

  // Graphs inside nodes

  /** An If whose branches are the graphs given. */
  private static Proto choice(Proto... branches) {
    Proto node = new Proto().text(2, "z").text(4, "If");
    for (Proto branch : branches) {
      node.message(5, new Proto().text(1, "branch").message(6, branch).varint(20, 5));
    }
    return node;
  }

  private static Proto initializer(String name, int elements) {
    return tensor(name, 1, elements).bytes(9, floats(elements));
  }

  /** Names and sizes of the tensors of a main graph, in the order of the file. */
  private List<String> found(Proto graph) throws IOException {
    return tensors(read(model(graph).toBytes()).layouts().get(0)).stream()
        .map(section -> section.tensor().name() + section.tensor().shape())
        .toList();
  }

  @Test
  void tensorsOfGraphsInsideNodesAreTensors() throws IOException {
    Proto large = tensor("", 1, 32, 32).bytes(9, floats(1024));
    Proto innermost = new Proto().message(5, initializer("deep", 3)).message(1, new Proto());
    Proto body =
        new Proto()
            .message(5, initializer("a", 2))
            .message(1, constant("c", large))
            .message(1, constant("small", tensor("", 1, 2).bytes(9, floats(2))))
            .message(1, choice(innermost));
    Proto listed = new Proto().message(11, new Proto().message(5, initializer("listed", 4)));
    Proto graph =
        new Proto()
            .message(1, choice(body, new Proto().message(5, initializer("b", 5))))
            .message(1, new Proto().message(5, listed))
            .message(1, constant("d", large))
            .message(5, initializer("e", 6));

    assertThat(found(graph))
        .containsExactly("a[2]", "c[32, 32]", "deep[3]", "b[5]", "listed[4]", "d[32, 32]", "e[6]");
    for (Section section : tensors(read(model(graph).toBytes()).layouts().get(0))) {
      assertThat(stored(section)).isEqualTo(floats((int) section.tensor().elements()));
    }
  }

  /** A node's output and operator are its own, whatever is inside it and wherever they stand. */
  @Test
  void aConstantIsNotMistakenForTheNodeThatItIsIn() throws IOException {
    Proto large = tensor("", 1, 1024).bytes(9, floats(1024));
    Proto attribute =
        new Proto().message(6, new Proto().message(1, constant("inner", large))).message(5, large);
    Proto outer = new Proto().text(4, "Constant").message(5, attribute).text(2, "outer");

    assertThat(found(new Proto().message(1, outer))).containsExactly("inner[1024]", "outer[1024]");
    assertThat(found(new Proto().message(1, new Proto().text(4, "Foo").message(5, attribute))))
        .containsExactly("inner[1024]");
  }

  @Test
  void ofNestedTensorsOfOneNameTheFirstIsTaken() throws IOException {
    Proto large = tensor("", 1, 1024).bytes(9, floats(1024));
    Proto first = new Proto().message(5, initializer("w", 2)).message(1, constant("c", large));
    Proto second = new Proto().message(5, initializer("w", 3)).message(5, initializer("c", 4));

    assertThat(found(new Proto().message(1, choice(first, second))))
        .containsExactly("w[2]", "c[1024]");
    assertThat(found(new Proto().message(1, choice(second, first))))
        .containsExactly("w[3]", "c[4]");
  }

  @Test
  void aNameOfTheMainGraphIsItsOwnWhereverItStands() throws IOException {
    Proto large = tensor("", 1, 1024).bytes(9, floats(1024));
    Proto branch = new Proto().message(5, initializer("w", 2)).message(5, initializer("c", 2));
    Proto nodes = new Proto().message(1, choice(branch)).message(1, constant("c", large));

    assertThat(found(nodes.message(5, initializer("w", 3)))).containsExactly("c[1024]", "w[3]");
    assertThat(
            found(
                new Proto()
                    .message(5, initializer("w", 3))
                    .message(1, constant("c", large))
                    .message(1, choice(branch, branch))))
        .containsExactly("w[3]", "c[1024]");
  }

  @Test
  void nestedTensorsWithoutANameStayContainerBytes() throws IOException {
    Proto large = tensor("", 1, 1024).bytes(9, floats(1024));
    Proto branch = new Proto().message(5, initializer("", 2)).message(1, constant("", large));

    assertThat(found(new Proto().message(1, choice(branch, branch)))).isEmpty();
  }

  @Test
  void graphsOfFunctionsAndOfTrainingStayContainerBytes() throws IOException {
    Proto large = tensor("", 1, 1024).bytes(9, floats(1024));
    Proto graph = new Proto().message(5, initializer("w", 2)).message(1, constant("c", large));
    byte[] bytes =
        model(new Proto())
            .message(20, new Proto().message(1, graph).message(2, graph))
            .message(25, new Proto().message(7, choice(graph)).message(7, constant("d", large)))
            .toBytes();

    assertThat(tensors(read(bytes).layouts().get(0))).isEmpty();
  }

  @Test
  void nestedTensorsThatDisagreeWithTheirShapeAreRefused() {
    Proto shortByOne = tensor("w", 1, 2, 3).bytes(9, floats(5));
    Proto constant = constant("c", tensor("", 1, 32, 32).bytes(9, floats(1023)));
    refusedFile(
        model(new Proto().message(1, choice(new Proto().message(5, shortByOne)))).toBytes(),
        "tensor 'w', byte 40: expected 24 bytes (FLOAT [2, 3]), found 20 in raw_data");
    refusedFile(
        model(new Proto().message(1, choice(new Proto().message(1, constant)))).toBytes(),
        "tensor 'c', byte 71: expected 4096 bytes (FLOAT [32, 32]), found 4092 in raw_data");
    // Of a name that is taken, too.
    refusedFile(
        model(
                new Proto()
                    .message(5, initializer("w", 1))
                    .message(1, choice(new Proto().message(5, shortByOne))))
            .toBytes(),
        "expected 24 bytes (FLOAT [2, 3]), found 20 in raw_data");
    refusedFile(
        model(new Proto().message(1, choice(new Proto().message(5, new Proto().text(8, "w")))))
            .toBytes(),
        "tensor 'w', byte 40: has no data_type");
  }

  @Test
  void tensorsOfGraphsInsideNodesCountAgainstTheLimit() throws IOException {
    ReaderOptions two = new ReaderOptions(ReaderLimits.DEFAULTS.with("tensors", 2), List.of());
    Proto branch = new Proto().message(5, initializer("a", 1)).message(5, initializer("b", 1));
    Proto both = new Proto().message(1, choice(branch, branch));

    assertThat(read(model(both).toBytes(), two).artifacts()).hasSize(1);
    assertThat(read(model(both.message(5, initializer("a", 1))).toBytes(), two).artifacts())
        .hasSize(1);
    refusedWith(two, both.message(5, initializer("c", 1)), "more than 2 tensors");
  }

  @Test
  void graphsInsideNodesAreReadAsDeepAsTheLimit() throws IOException {
    Proto graph = new Proto().message(5, initializer("w", 1));
    for (int depth = 1; depth <= 33; depth++) {
      graph = new Proto().message(1, choice(graph));
    }

    assertThat(found(graph)).containsExactly("w[1]");
    refusedFile(
        model(new Proto().message(1, choice(graph))).toBytes(),
        "messages nested more than 100 deep");
  }

  @Test
  void externalDataOfGraphsInsideNodesIsTheirTensors() throws IOException {
    Files.write(folder.resolve("x.bin"), new byte[16]);
    Proto branch =
        new Proto()
            .message(5, external("v", "x.bin", "8", 2))
            .message(5, external("taken", "x.bin", "2", 2))
            .message(5, external("", "x.bin", "4", 2));
    Proto graph =
        new Proto().message(1, choice(branch)).message(5, external("taken", "x.bin", "0", 2));

    ArtifactLayout layout = read(model(graph).toBytes()).layouts().get(1);

    assertThat(tensors(layout)).extracting(s -> s.tensor().name()).containsExactly("taken", "v");
    refusedWith(
        ReaderOptions.DEFAULTS,
        new Proto().message(1, choice(new Proto().message(5, external("v", "x.bin", "9", 2)))),
        "8 bytes at 9 of 'x.bin', which ends at 16");
  }

  // Shape against bytes

  @Test
  void shapeThatDisagreesWithItsBytes() {
    refused(
        "tensor 'w', byte 19: expected 24 bytes (FLOAT [2, 3]), found 20 in raw_data",
        tensor("w", 1, 2, 3).bytes(9, floats(5)));
    refused("expected 24 bytes", tensor("w", 1, 2, 3));
    refused(
        "expected 3 values (FLOAT [3]), found 2 in float_data",
        tensor("w", 1, 3).bytes(4, floats(2)));
    refused("expected 2 values (INT64 [2]), found 1 in int64_data", tensor("w", 7, 2).varint(7, 1));
    refused("expected 1 values (STRING [1]), found 0", tensor("w", 8, 1));
    refused("expected 3 bytes (INT4 [5])", tensor("w", 22, 5).bytes(9, new byte[5]));
    refused("multiple of 4", tensor("w", 1, 1).bytes(4, new byte[5]));
  }

  @Test
  void shapesBeyondCounting() {
    refused("larger than 2^63", tensor("w", 1, 1L << 40, 1L << 40).bytes(9, floats(1)));
    refused("larger than 2^63", tensor("w", 11, 1L << 60).bytes(9, floats(1)));
    refused("dimension -1", tensor("w", 1, -1).bytes(9, floats(1)));
  }

  @Test
  void valuesInTwoPlacesOrInTheWrongOne() {
    refused(
        "raw_data and in float_data", tensor("w", 1, 1).bytes(9, floats(1)).bytes(4, floats(1)));
    refused("raw_data twice", tensor("w", 1, 1).bytes(9, floats(1)).bytes(9, floats(1)));
    refused("INT64 cannot lie in float_data", tensor("w", 7, 1).bytes(4, floats(1)));
    refused("STRING cannot lie in raw_data", tensor("w", 8, 1).bytes(9, floats(1)));
    refused("external data and values in raw_data", external("w", "x", "0", 1).bytes(9, floats(1)));
  }

  @Test
  void tensorsThatAreNotOne() {
    refused("its name was seen before", tensor("w", 1, 0), tensor("w", 1, 0));
    refused("has no name", tensor("", 1, 0));
    refused("has name twice", tensor("w", 1, 0).text(8, "v"));
    refused("has no data_type", new Proto().text(8, "w"));
    refused("segments", tensor("w", 1, 0).bytes(3, new byte[0]));
    refused("not UTF-8", tensor("w", 1, 0).bytes(8, new byte[] {(byte) 0xff}));
    refused("wire type 0", new Proto().varint(8, 3));
    refused("wire type 0", new Proto().varint(9, 3));
  }

  // The container

  @Test
  void whatIsNotOnnx() {
    refusedFile(new byte[0], "not an ONNX model");
    refusedFile(
        "# A text file, and not a short one.\n".repeat(40).getBytes(StandardCharsets.UTF_8), "");
    refusedFile("{\"a\": 1}".getBytes(StandardCharsets.UTF_8), "");
    byte[] header =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] safetensors = new byte[8 + header.length + 4];
    safetensors[0] = (byte) header.length;
    System.arraycopy(header, 0, safetensors, 8, header.length);
    refusedFile(safetensors, "");
    refusedFile(new byte[1000], "not a protobuf field");
    refusedFile(new Proto().message(7, new Proto()).toBytes(), "no ir_version");
    refusedFile(new Proto().varint(1, 8).toBytes(), "no graph");
    refusedFile(new Proto().varint(1, 8).message(7, new Proto()).toBytes(), "no opset_import");
    refusedFile(model(new Proto()).message(7, new Proto()).toBytes(), "two graphs");
  }

  @Test
  void randomBytesAreNotOnnx() {
    Random random = new Random(42);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(2000)];
      random.nextBytes(bytes);
      refusedFile(bytes, "");
    }
  }

  @Test
  void malformedWire() {
    byte[] elevenBytes = HexFormat.of().parseHex("08ffffffffffffffffffff01");
    refusedFile(elevenBytes, "byte 1: a varint is longer than 64 bits");
    refusedFile(HexFormat.of().parseHex("08ffffffffffffffffff02"), "longer than 64 bits");
    refusedFile(HexFormat.of().parseHex("0880"), "runs past the end");
    refusedFile(HexFormat.of().parseHex("08083bff"), "expected 0, 1, 2 or 5");
    refusedFile(HexFormat.of().parseHex("08083800"), "field 7 of MODEL has wire type 0");
    refusedFile(
        HexFormat.of().parseHex("08083a80808080808080808001"),
        "declares 9223372036854775808 bytes, 0 are left in the file: truncated");
    refused(
        "declares 100 bytes, 2 are left in its message",
        new Proto().raw(74).raw(100).raw(1).raw(1));
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Proto graph = new Proto().text(2, "g").message(5, tensor("w", 1, 2).bytes(9, floats(2)));
    byte[] whole = model(graph).toBytes();
    read(whole);
    for (int length = 0; length < whole.length; length++) {
      refusedFile(Arrays.copyOf(whole, length), "");
    }
  }

  @Test
  void limits() {
    ReaderLimits limits = new ReaderLimits(1, 2, 8, 2, 3, 1, 1, 1);
    ReaderOptions options = new ReaderOptions(limits, List.of());
    Proto three =
        new Proto()
            .message(5, tensor("a", 1, 0))
            .message(5, tensor("b", 1, 0))
            .message(5, tensor("c", 1, 0));
    Proto longName = new Proto().message(5, tensor("a".repeat(9), 1, 0));
    Proto rank3 = new Proto().message(5, tensor("a", 1, 0, 0, 0));
    Proto nested = new Proto();
    for (int i = 0; i < 2; i++) {
      nested = new Proto().message(1, new Proto().message(5, new Proto().message(6, nested)));
    }
    refusedWith(options, three, "more than 2 tensors");
    refusedWith(options, longName, "name of 9 bytes; expected at most 8");
    refusedWith(options, rank3, "more than 2 dimensions");
    refusedWith(options, nested, "nested more than 3 deep");
  }

  private void refusedWith(ReaderOptions options, Proto graph, String expected) {
    assertThatThrownBy(() -> read(model(graph).toBytes(), options))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("m.onnx")
        .hasMessageContaining(expected);
  }

  // External data

  @Test
  void externalDataBecomesArtifactsOfItsOwn() throws IOException {
    Files.createDirectory(folder.resolve("data"));
    Files.write(folder.resolve("data/a.bin"), new byte[100]);
    Files.write(folder.resolve("b.bin"), new byte[8]);

    ModelInput input =
        read(
            external("second", "data/a.bin", "64", 2, 2),
            external("b", "b.bin", "0", 2),
            external("first", "data/a.bin", "16", 4),
            external("tied", "data/a.bin", "64", 4),
            external("empty", "data/a.bin", "70", 0));

    assertThat(input.layouts())
        .extracting(ArtifactLayout::path)
        .containsExactly("m.onnx", "data/a.bin", "b.bin");
    assertThat(input.inputBytes()).isEqualTo(Files.size(file) + 108);
    ArtifactLayout a = input.layouts().get(1);
    assertThat(a.sections()).extracting(Section::offset).containsExactly(0L, 16L, 32L, 64L, 80L);
    assertThat(tensors(a)).extracting(s -> s.tensor().name()).containsExactly("first", "second");
    assertThat(input.artifacts().get(1).file().getPath())
        .isEqualTo(folder.toRealPath().resolve("data/a.bin").toString());
  }

  /** Holes take no disk; what lies behind them is found where it is. */
  @Test
  void externalDataMayBeLargerThanTwoGigabytes() throws IOException {
    long wide = 3L << 30;
    try (RandomAccessFile data = new RandomAccessFile(folder.resolve("x.bin").toFile(), "rw")) {
      data.seek(wide);
      data.write(floats(2));
    }

    ModelInput input =
        read(
            external("wide", "x.bin", "0", 3L << 10, 1L << 18),
            external("last", "x.bin", String.valueOf(wide), 2));

    assertThat(input.layouts().get(1).sections())
        .extracting(Section::offset, Section::length)
        .containsExactly(tuple(0L, wide), tuple(wide, 8L));
    List<Shard> shards = ShardPlanner.plan(input.layouts());
    assertThat(shards.stream().mapToLong(Shard::inputBytes).sum()).isEqualTo(input.inputBytes());
    assertThat(shards.get(shards.size() - 1).chunks())
        .last()
        .extracting(ChunkSlice::offset, ChunkSlice::length)
        .containsExactly(wide, 8);
  }

  @Test
  void externalDataOfANestedTensorIsTakenAsContainerBytes() throws IOException {
    Files.write(folder.resolve("c.bin"), new byte[8]);
    Proto constant = new Proto().message(5, external("", "c.bin", "0", 2));
    Proto graph = new Proto().message(1, new Proto().message(5, constant));

    ArtifactLayout layout = read(model(graph).toBytes()).layouts().get(1);

    assertThat(layout.path()).isEqualTo("c.bin");
    assertThat(tensors(layout)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x.bin",
        "data/../../x.bin",
        "/etc/hostname",
        "C:x.bin",
        "a\\b",
        ".",
        "",
        "a//b",
        "file:///etc/hostname",
        "x\0y"
      })
  void externalDataOutsideItsFolder(String location) throws IOException {
    Files.write(temp.resolve("x.bin"), new byte[8]);
    refused("tensor 'w'", external("w", location, "0", 2));
    refused("not a plain relative path", external("w", location, "0", 2));
  }

  @Test
  void externalDataThatIsNotThere() throws IOException {
    Files.write(folder.resolve("x.bin"), new byte[8]);
    Files.createDirectory(folder.resolve("d"));
    refused("does not exist", external("w", "y.bin", "0", 2));
    refused("is not a file", external("w", "d", "0", 2));
    refused("cannot be followed", external("w", "x.bin/y", "0", 2));
    refused("in the model file itself", external("w", "m.onnx", "0", 2));
    refused("has no external_data location", tensor("w", 1, 2).varint(14, 1));
  }

  @Test
  void externalDataPastTheEndOfItsFile() throws IOException {
    Files.write(folder.resolve("x.bin"), new byte[8]);
    refused("8 bytes at 1 of 'x.bin', which ends at 8", external("w", "x.bin", "1", 2));
    refused("which ends at 8", external("w", "x.bin", "9223372036854775807", 2));
    refused("expected a number of bytes", external("w", "x.bin", "-1", 2));
    refused("expected a number of bytes", external("w", "x.bin", "99999999999999999999", 2));
    refused(
        "expected 8 bytes (FLOAT [2]), found external_data length 4",
        external("w", "x.bin", "0", 2).message(13, new Proto().text(1, "length").text(2, "4")));
    refused(
        "location twice",
        external("w", "x.bin", "0", 2).message(13, new Proto().text(1, "location").text(2, "z")));
  }

  @Test
  void externalRangesThatOverlapInPart() throws IOException {
    Files.write(folder.resolve("x.bin"), new byte[16]);
    assertThatThrownBy(() -> read(external("v", "x.bin", "0", 2), external("w", "x.bin", "4", 2)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("x.bin: tensor 'w' at bytes 4 to 12 overlaps tensor 'v'");
  }

  @Test
  void aLinkIsFollowedOnlyIntoAnAllowedRoot() throws IOException {
    Path blobs = Files.createDirectory(temp.resolve("blobs"));
    Files.write(blobs.resolve("0123"), new byte[8]);
    Files.write(folder.resolve("inside"), new byte[8]);
    Path outside = folder.resolve("outside.bin");
    Files.createSymbolicLink(outside, Path.of("../blobs/0123"));
    Files.createSymbolicLink(folder.resolve("inside.bin"), Path.of("inside"));
    Files.createSymbolicLink(folder.resolve("loop.bin"), Path.of("loop.bin"));
    assumeThat(Files.isSymbolicLink(outside)).isTrue();

    refused("outside the model's folder", external("w", "outside.bin", "0", 2));
    refused("cannot be followed", external("w", "loop.bin", "0", 2));
    assertThat(read(external("w", "inside.bin", "0", 2)).artifacts()).hasSize(2);
    ModelInput allowed =
        read(
            model(new Proto().message(5, external("w", "outside.bin", "0", 2))).toBytes(),
            new ReaderOptions(ReaderLimits.DEFAULTS, List.of(blobs.toString())));
    assertThat(allowed.layouts().get(1).path()).isEqualTo("outside.bin");
    assertThat(allowed.artifacts().get(1).file().getPath())
        .isEqualTo(blobs.toRealPath().resolve("0123").toString());
  }
}
