package io.luntra.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.BenchmarkResult;
import io.luntra.manifest.ModelDependency;
import io.luntra.manifest.ModelRecord;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFileTest {
  static final String SAMPLE =
      """
      # what it is
      family: bert
      architecture: transformer
      license: Apache-2.0
      task: sentence-similarity
      languages: [en, no]
      training:
        method: fine-tuning
        description: |
          Two epochs.
          On pairs.
      datasets:
        - {name: pairs, uri: "https://example.org/pairs", sha256: %s}
      dependencies:
        - relation: base-model
          release: base@1.0
          creator: 0xABCDEF0000000000000000000000000000000001
        - {relation: tokenizer, name: tokenizer.json, sha256: %s}
      benchmarks:
        - {benchmark: STS-B, metric: spearman, value: 0.820}
      description: What it is.
      """
          .formatted("1".repeat(64), "ab".repeat(32));

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("record.yaml"), text);
  }

  @Test
  void scalarsAreTakenAsTheyAreWritten() throws IOException {
    ModelRecord record = RecordFile.read(file(SAMPLE));

    assertThat(record.benchmarks()).extracting(BenchmarkResult::value).containsExactly("0.820");
    assertThat(record.usage().languages()).containsExactly("en", "no");
    assertThat(record.training().orElseThrow().description()).contains("Two epochs.\nOn pairs.");
    assertThat(record.datasets().get(0).sha256().toHex()).isEqualTo("0x" + "1".repeat(64));
    assertThat(record.dependencies().get(0))
        .isEqualTo(
            new ModelDependency.OfRelease(
                "base-model",
                "0xabcdef0000000000000000000000000000000001",
                ReleaseName.parse("base@1.0")));
  }

  @Test
  void jsonAndYamlInAnyOrderGiveTheSameBytes() throws IOException {
    byte[] yaml = RecordFile.read(file("license: MIT\ntags: [a, b]\n")).toJson();
    assertThat(RecordFile.read(file("{\"tags\": [\"a\", \"b\"],\n\"license\": \"MIT\"}")).toJson())
        .isEqualTo(yaml);
    assertThat(new String(yaml, UTF_8)).isEqualTo("{\"license\":\"MIT\",\"tags\":[\"a\",\"b\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "licence: MIT|line 1: found unknown key \"licence\", expected one of family, architecture",
        "family: a\\n\\nprecision: fp32|line 3: found \"precision\", which is counted in the tensors",
        "datasets:\\n- nam: x|line 2: found unknown key \"nam\" in datasets, expected one of name, uri",
        "family: a\\nfamily: b|line 2: ",
        "family:|found no value for \"family\"",
        "family: &x bert\\ntags: [*x]|line 2: found an alias",
        "- family|line 1: expected a mapping",
        "''|line 1: expected a mapping",
        "family: [|line 1: ",
        "family: a\\n---\\nfamily: b|a second document",
        "family: {a: b}|unknown key \"a\" in family",
        "license: Apache 2.0|: license: \"Apache 2.0\" is no SPDX",
        "benchmarks: [{benchmark: a, metric: b, value: 1e3}]|: benchmarks, number 1: value: \"1e3\"",
        "dependencies: [{relation: teacher, release: t@1}]|creator of t@1: expected 0x and 40",
        "dependencies: [{relation: teacher, release: t, creator: x}]|\"t\" is not NAME@VERSION",
        "dependencies: [{relation: teacher, release: t@1, name: x}]|not both",
        "dependencies: [{relation: teacher, name: t, creator: x}]|needs release: NAME@VERSION",
        "dependencies: [teacher]|dependencies, number 1: Expected an object",
        "datasets: [{name: x}]|datasets, number 1: Field \"sha256\" is missing",
        "{}|: The record says nothing",
      })
  void whatIsWrongIsNamedWithItsPlace(String text, String message) throws IOException {
    Path file = file(text.replace("\\n", "\n"));
    assertThatThrownBy(() -> RecordFile.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("Record " + file)
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatIsNotThereOrTooLargeIsNamed() throws IOException {
    assertThatThrownBy(() -> RecordFile.read(folder.resolve("none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none can't be read");
    Path large = file("description: " + "x".repeat(1 << 18));
    assertThatThrownBy(() -> RecordFile.read(large))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at most 262144 bytes");
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    Random random = new Random(7);
    byte[] sample = SAMPLE.getBytes(UTF_8);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes =
          Arrays.copyOf(sample, i % 4 == 0 ? random.nextInt(sample.length) : sample.length);
      for (int j = random.nextInt(4); j >= 0 && bytes.length > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Path file = Files.write(folder.resolve("record.yaml"), bytes);
      try {
        ModelRecord record = RecordFile.read(file);
        assertThat(ModelRecord.ofJson(record.toJson())).isEqualTo(record);
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageStartingWith("Record " + file);
      }
    }
  }
}
