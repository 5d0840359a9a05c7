package io.luntra.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import io.luntra.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRecordTest {
  private static final String CREATOR = "0x" + "ab".repeat(20);
  private static final ModelRecord FULL = full();
  private static final RootManifest ROOT = root(FULL);

  private static ModelRecord full() {
    return new ModelRecord(
        new ModelRecord.Architecture(
            Optional.of("bert"), Optional.of("transformer"), Optional.of("gptq")),
        new Usage(
            Optional.of("sentence-similarity"),
            Optional.of("onnx"),
            List.of("text"),
            List.of("embedding"),
            List.of("en", "zh-Hant-TW"),
            List.of("embeddings", "small")),
        Optional.of("Apache-2.0 OR (MIT AND LicenseRef-mine)"),
        Optional.of(new TrainingMethod("fine-tuning", Optional.of("Two epochs.\n\tOn pairs."))),
        List.of(
            new DatasetReference(
                "wiki/größe",
                Optional.of("https://example.org/wiki?x=%20"),
                SampleManifest.hash(1)),
            new DatasetReference("pairs", Optional.empty(), SampleManifest.hash(2))),
        List.of(
            new ModelDependency.OfRelease("base-model", CREATOR, ReleaseName.parse("base@1.0")),
            new ModelDependency.OfContent(
                "tokenizer", "tokenizer.json", Optional.of("ipfs://b/t"), SampleManifest.hash(3))),
        List.of(
            new BenchmarkResult("STS-B", "spearman", "-0.820", Optional.of(SampleManifest.hash(4))),
            new BenchmarkResult("MMLU", "accuracy", "71", Optional.empty())),
        new ModelRecord.Texts(
            Optional.of("What \"it\" is. 😀"), Optional.of("Search."), Optional.of("English.")));
  }

  private static RootManifest root(ModelRecord record) {
    return SampleManifest.write(
            new ReleaseDescription(
                SampleManifest.NAME,
                "int8",
                Optional.empty(),
                1,
                Optional.empty(),
                Optional.of(record)),
            SampleManifest.small())
        .root();
  }

  private static String hash(long number) {
    return SampleManifest.hash(number).toHex().substring(2);
  }

  private static ModelRecord parse(String json) {
    return ModelRecord.ofJson(json.getBytes(UTF_8));
  }

  @Test
  void version2GoldenBytes() {
    String releaseId = ReleaseIds.of(CREATOR, ReleaseName.parse("base@1.0")).toHex().substring(2);
    assertThat(new String(FULL.toJson(), UTF_8))
        .isEqualTo(
            "{\"architecture\":\"transformer\",\"benchmarks\":[{\"benchmark\":\"STS-B\","
                + "\"evidence\":\""
                + hash(4)
                + "\",\"metric\":\"spearman\",\"value\":\"-0.820\"},"
                + "{\"benchmark\":\"MMLU\",\"metric\":\"accuracy\",\"value\":\"71\"}],"
                + "\"datasets\":[{\"name\":\"wiki/größe\",\"sha256\":\""
                + hash(1)
                + "\","
                + "\"uri\":\"https://example.org/wiki?x=%20\"},"
                + "{\"name\":\"pairs\",\"sha256\":\""
                + hash(2)
                + "\"}],"
                + "\"dependencies\":[{\"creator\":\""
                + CREATOR
                + "\",\"name\":\"base\","
                + "\"relation\":\"base-model\",\"releaseId\":\""
                + releaseId
                + "\","
                + "\"version\":\"1.0\"},{\"name\":\"tokenizer.json\",\"relation\":\"tokenizer\","
                + "\"sha256\":\""
                + hash(3)
                + "\",\"uri\":\"ipfs://b/t\"}],"
                + "\"description\":\"What \\\"it\\\" is. 😀\",\"family\":\"bert\","
                + "\"inputTypes\":[\"text\"],\"intendedUse\":\"Search.\","
                + "\"languages\":[\"en\",\"zh-Hant-TW\"],\"library\":\"onnx\","
                + "\"license\":\"Apache-2.0 OR (MIT AND LicenseRef-mine)\","
                + "\"limitations\":\"English.\",\"outputTypes\":[\"embedding\"],"
                + "\"quantization\":\"gptq\",\"tags\":[\"embeddings\",\"small\"],"
                + "\"task\":\"sentence-similarity\",\"training\":{\"description\":"
                + "\"Two epochs.\\n\\tOn pairs.\",\"method\":\"fine-tuning\"}}");
  }

  @Test
  void isReadFromTheRootManifestAsItWasWritten() {
    assertThat(ROOT.record()).contains(FULL);
    assertThat(RootManifest.fromBlobs(ROOT.toBlobs())).isEqualTo(ROOT);
    assertThat(new String(ROOT.toJson(), UTF_8))
        .contains("\"profile\":\"int8\",\"record\":{\"architecture\":\"transformer\",");
    assertThat(ModelRecord.ofJson(FULL.toJson())).isEqualTo(FULL);
  }

  @Test
  void otherSpellingsGiveTheSameBytes() {
    ModelRecord record = parse(" {\"license\": \"M\\u0049T\",\n \"family\":\"bert\"} ");
    assertThat(new String(record.toJson(), UTF_8))
        .isEqualTo("{\"family\":\"bert\",\"license\":\"MIT\"}");
    assertThat(parse("{\"family\":\"bert\",\"license\":\"MIT\"}")).isEqualTo(record);
  }

  @Property(tries = 1000)
  void aChangedByteIsRefusedOrAnotherRecord(
      @ForAll @IntRange(max = 4000) int at, @ForAll byte value) {
    byte[] bytes = ROOT.toJson();
    if (bytes[at % bytes.length] == value) {
      return;
    }
    bytes[at % bytes.length] = value;
    RootManifest found;
    try {
      found = RootManifest.fromJson(bytes);
    } catch (VerificationException e) {
      return;
    }
    assertThat(found).isNotEqualTo(ROOT);
    assertThat(found.toJson()).isEqualTo(bytes);
  }

  @Property(tries = 300)
  void aTruncatedRecordIsRefused(@ForAll @IntRange(max = 4000) int at) {
    byte[] bytes = FULL.toJson();
    assertThatThrownBy(() -> ModelRecord.ofJson(Arrays.copyOf(bytes, at % bytes.length)))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"family\":\"bert\"|\"family\":\"be rt\"|family \"be rt\" does not match",
        "\"family\":\"bert\"|\"family\":7|family: expected text, found NUMBER",
        "\"family\":\"bert\"|\"precision\":\"fp32\"|Unknown field \"precision\"",
        "\"value\":\"71\"|\"value\":\"7e1\"|benchmarks, number 2: value: \"7e1\" does not match",
        "\"value\":\"71\"|\"value\":71|benchmarks, number 2: value: expected text",
        "\"value\":\"71\"|\"value\":\"71\",\"by\":\"x\"|number 2: Unknown field \"by\"",
        "\"name\":\"base\"|\"name\":\"bass\"|dependencies, number 1: releaseId is",
        "\"creator\":\"0xab|\"creator\":\"0xAB|creator: \"0xAB",
        "\"uri\":\"ipfs://b/t\"|\"uri\":\"b/t\"|dependencies, number 2: uri: \"b/t\" is no URI",
        "\"uri\":\"ipfs://b/t\"|\"uri\":\"ipfs:/b t\"|is no URI",
        "\"name\":\"pairs\"|\"name\":\"pa\\nirs\"|datasets, number 2: name: expected one line",
        "\"name\":\"pairs\"|\"name\":\"pairs \"|starts or ends with white space",
        "\"name\":\"pairs\"|\"name\":\"\"|Length of name is 0",
        "\"name\":\"pairs\",\"sha256\":|\"name\":\"pairs\",\"sha256\":\"0x|64 lower-case hex digits",
        "\"languages\":[\"en\"|\"languages\":[\"english language\"|languages: \"english",
        "\"languages\":[\"en\"|\"languages\":[5|languages: expected texts, found NUMBER",
        "\"inputTypes\":[\"text\"]|\"inputTypes\":[]|Number of inputTypes is 0",
        "\"inputTypes\":[\"text\"]|\"inputTypes\":\"text\"|inputTypes: expected an array",
        "[\"embeddings\",\"small\"]|[\"small\",\"small\"]|tags: \"small\" stands there twice",
        "\"English.\"|\"Engl\\u001b[2Jish.\"|limitations: character U+001B at 4 is not allowed",
        "\"English.\"|\"Engl\\u202eish.\"|limitations: character U+202E at 4 is not allowed",
        "\"method\":\"fine-tuning\"|\"metod\":\"fine-tuning\"|Field \"method\" is missing",
      })
  void refusesWhatIsOutOfItsLimits(String from, String to, String message) {
    String json = new String(FULL.toJson(), UTF_8);
    assertThat(json).contains(from);
    String changed = json.replace(from, to);
    if (to.endsWith("0x")) {
      changed = changed.replace("\"sha256\":\"0x\"", "\"sha256\":\"0x");
    }
    String wrong = changed;
    assertThatThrownBy(() -> parse(wrong))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(
            () ->
                RootManifest.fromJson(
                    new String(ROOT.toJson(), UTF_8).replace(json, wrong).getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MIT",
        "GPL-2.0+",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "MIT OR Apache-2.0 AND (BSD-3-Clause)",
        "DocumentRef-a.b:LicenseRef-c",
        "((MIT))"
      })
  void takesLicenceExpressions(String expression) {
    assertThat(parse("{\"license\":\"" + expression + "\"}").license()).contains(expression);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Apache 2.0",
        "MIT OR",
        "OR MIT",
        "(MIT",
        "MIT)",
        "MIT/Apache-2.0",
        "MIT WITH",
        "MIT and Apache-2.0",
        "()",
        " ",
        "MIT ",
        "MIT WITH (x)",
        "LicenseRef-a:b"
      })
  void refusesWhatIsNoLicenceExpression(String text) {
    assertThatThrownBy(() -> parse("{\"license\":\"" + text + "\"}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no SPDX licence expression");
  }

  @Test
  void anEmptyRecordIsNone() {
    assertThatThrownBy(() -> parse("{}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The record says nothing");
    String json = new String(ROOT.toJson(), UTF_8);
    String empty = json.replace(new String(FULL.toJson(), UTF_8), "{}");
    assertThatThrownBy(() -> RootManifest.fromJson(empty.getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class);
  }

  @Test
  void aRecordHasAtMost32KiB() {
    List<String> benchmarks = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      benchmarks.add(
          "{\"benchmark\":\"%s\",\"metric\":\"m\",\"value\":\"1\"}".formatted("b".repeat(200)));
    }
    String most = "{\"benchmarks\":[" + String.join(",", benchmarks) + "]%s}";
    String prose = ",\"%s\":\"" + "x".repeat(2000) + "\"";
    assertThat(parse(most.formatted("")).benchmarks()).hasSize(128);
    assertThatThrownBy(
            () ->
                parse(
                    most.formatted(
                        prose.formatted("description") + prose.formatted("limitations"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Bytes of the record is 3");
    benchmarks.add(benchmarks.get(0));
    assertThatThrownBy(() -> parse("{\"benchmarks\":[" + String.join(",", benchmarks) + "]}"))
        .hasMessageContaining("Number of benchmarks is 129, not in 1 to 128");
    assertThatThrownBy(() -> parse("{\"description\":\"" + "x".repeat(4097) + "\"}"))
        .hasMessageContaining("Length of description is 4097, not in 1 to 4096");
    assertThatThrownBy(
            () -> parse("{\"tags\":[" + String.join(",", Collections.nCopies(65, "\"t\"")) + "]}"))
        .hasMessageContaining("Number of tags is 65");
  }

  @Test
  void countsParametersInTheManifest() {
    SampleManifest.Written written = SampleManifest.write(SampleManifest.small());
    ParameterCount count =
        ParameterCount.of(ReleaseManifest.read(written.root(), written.blobs().iterator()));
    assertThat(count.elements()).isEqualTo(Map.of(DataType.FP32, 75L, DataType.INT64, 1L));
    assertThat(count.total()).isEqualTo(76);
    assertThat(count.precision()).contains("fp32");
    assertThat(new ParameterCount(Map.of(DataType.FP32, 11L, DataType.FP16, 89L)).precision())
        .contains("mixed");
    assertThat(new ParameterCount(Map.of(DataType.FP32, 10L, DataType.BF16, 90L)).precision())
        .contains("bf16");
    assertThat(new ParameterCount(Map.of()).precision()).isEmpty();
  }
}
