package io.luntra.jobs.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.luntra.manifest.ModelRecord;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class HuggingFaceCardTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As the hub's client finds the front matter. */
  private static final Pattern CARD =
      Pattern.compile("\\A---[\\r\\n]+([\\s\\S]*?)[\\r\\n]+---([\\r\\n][\\s\\S]*)\\z");

  private static String card(String record) {
    return HuggingFaceCard.write(
        SampleRelease.of(Optional.of(ModelRecord.ofJson(record.getBytes(UTF_8)))));
  }

  /** By YAML 1.1, in which an unquoted "no" or "y" is a truth value. */
  private static JsonNode metadata(String card) {
    Matcher matcher = CARD.matcher(card);
    assertThat(matcher.matches()).isTrue();
    return JSON.valueToTree(
        new Yaml(new SafeConstructor(new LoaderOptions())).load(matcher.group(1)));
  }

  private static String body(String card) {
    Matcher matcher = CARD.matcher(card);
    assertThat(matcher.matches()).isTrue();
    return matcher.group(2);
  }

  /**
   * The hub publishes no schema that a machine reads; this one is written by hand from its
   * modelcard.md.
   */
  private static void assertValid(JsonNode metadata) throws Exception {
    try (InputStream in =
        HuggingFaceCardTest.class.getResourceAsStream("/huggingface-modelcard.schema.json")) {
      JsonSchema schema =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
      assertThat(schema.validate(metadata)).isEmpty();
    }
  }

  @Test
  void theFrontMatterHasTheHubsFields() throws Exception {
    JsonNode metadata = metadata(HuggingFaceCard.write(SampleRelease.full()));
    assertValid(metadata);
    assertThat(metadata)
        .isEqualTo(
            JSON.readTree(
                """
                {"license": "apache-2.0", "language": ["en", "no"], "tags": ["small", "y"],
                 "library_name": "onnx", "pipeline_tag": "sentence-similarity",
                 "datasets": ["acme/pairs"],
                 "base_model": ["acme/base"], "base_model_relation": "finetune",
                 "model-index": [{"name": "acme/model", "results": [
                   {"task": {"type": "sentence-similarity"},
                    "dataset": {"type": "STS-B", "name": "STS-B"},
                    "metrics": [{"type": "spearman", "value": 0.82},
                                {"type": "pearson", "value": 0.81}]}]}]}
                """));
  }

  @Test
  void theBodySaysWhereItComesFrom() {
    String body = body(HuggingFaceCard.write(SampleRelease.full()));
    assertThat(body)
        .contains(
            "# acme/model\n",
            "What it is.",
            "License: Apache-2.0\n",
            "## Limitations\n\n\nEnglish.")
        .contains("| config&#124;x.json | 8 | `" + SampleRelease.hash("a").toHex().substring(2))
        .contains("| releaseId | `0x", "| merkleRoot | `" + SampleRelease.hash("m").toHex())
        .contains("| parameters | `10` |", "| parent | `acme/model@0.9` |")
        .contains("| STS&#45;B | spearman | 0.820 |".replace("&#45;", "-"))
        .contains("| teacher | big&#64;2 | `release 0x");
  }

  @Test
  void aReleaseWithoutARecordHasACardToo() {
    String card = HuggingFaceCard.write(SampleRelease.of(Optional.empty()));
    assertThat(metadata(card)).isEmpty();
    assertThat(body(card)).contains("| merkleRoot | `0x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MIT|mit|",
        "CC-BY-NC-4.0|cc-by-nc-4.0|",
        "GPL-3.0-only|other|gpl-3.0-only",
        "MIT OR Apache-2.0|other|mit-or-apache-2.0",
        "LicenseRef-acme|other|licenseref-acme",
      })
  void licencesThatTheHubDoesNotKnowAreNamed(String license, String hub, String name)
      throws Exception {
    String card = card("{\"license\":\"" + license + "\"}");
    JsonNode metadata = metadata(card);
    assertThat(body(card)).contains("License: " + license + "\n");
    assertValid(metadata);
    assertThat(metadata.path("license").asText()).isEqualTo(hub);
    assertThat(metadata.path("license_name").asText(null)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\n---\nlicense: mit",
        "<script>alert(1)</script>",
        "<!-- x",
        "[x](javascript:alert(1)) ![x](https://example.org/x.png)",
        "# heading\n## heading\n===\n---\n***",
        "```\ncode\n    indented",
        "| a | b |\n|---|---|",
        "$$x$$ \\\\(x\\\\) &lt;b&gt;",
        "- a\n+ b\n1. c\n2) d\n> e",
        "https://example.org www.example.org a@example.org",
        "\"quoted\" 'single' : {a: b} - x # comment \t\u00e4 \ud83d\ude00"
      })
  void textsBreakOutOfNothing(String text) throws Exception {
    String quoted = JSON.writeValueAsString(text);
    String plain = HuggingFaceCard.write(SampleRelease.of(Optional.empty()));
    String card =
        card(
            "{\"description\":%1$s,\"intendedUse\":%1$s,\"limitations\":%1$s,\"license\":\"0BSD\"}"
                .formatted(quoted));

    JsonNode metadata = metadata(card);
    assertThat(metadata).hasSize(2);
    assertThat(metadata.path("license_name").asText()).isEqualTo("0bsd");
    String shown = body(card).substring(0, body(card).indexOf("\n## Files"));
    for (String line : shown.replaceFirst("# acme/model", "").lines().toList()) {
      if (!line.equals("## Intended use") && !line.equals("## Limitations")) {
        assertThat(line.replaceAll("&#[0-9]+;", ""))
            .doesNotContainPattern("[<>`*_|\\[\\]{}$#\\\\~@&]");
        assertThat(line).doesNotContainPattern("^\\s*([-+=]|[0-9]+[.)])").doesNotContain("://");
      }
    }
    assertThat(body(card)).endsWith(plain.substring(plain.indexOf("\n## Files")));
  }

  @Test
  void namesBreakOutOfNothing() throws Exception {
    String name = JSON.writeValueAsString("x: \"]\" | `--- <b> # {");
    String card =
        card(
            """
            {"task": "t", "datasets": [{"name": %1$s, "sha256": "%2$s"}],
             "dependencies": [{"relation": "base-model", "name": %1$s, "sha256": "%2$s"}],
             "benchmarks": [{"benchmark": %1$s, "metric": %1$s, "value": "-1.50"}]}
            """
                .formatted(name, "00".repeat(32)));
    JsonNode metadata = metadata(card);
    assertValid(metadata);
    assertThat(metadata.has("datasets")).isFalse();
    assertThat(metadata.at("/model-index/0/results/0/dataset/name").asText())
        .isEqualTo("x: \"]\" | `--- <b> # {");
    assertThat(body(card).lines().filter(line -> line.contains("&#124; &#96;")))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line.replaceAll("[^|]", "")).hasSize(4));
  }
}
