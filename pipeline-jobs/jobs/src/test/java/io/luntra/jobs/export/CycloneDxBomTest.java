package io.luntra.jobs.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.manifest.ModelRecord;
import io.luntra.release.ReleaseIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CycloneDxBomTest {
  private static final String DOCUMENT = CycloneDxBom.write(SampleRelease.full());

  private static JsonNode parse(String document) throws IOException {
    return new ObjectMapper().readTree(document);
  }

  private static List<String> properties(JsonNode component, String name) {
    List<String> values = new ArrayList<>();
    for (JsonNode property : component.path("properties")) {
      if (property.path("name").asText().equals("luntra:" + name)) {
        values.add(property.path("value").asText());
      }
    }
    return values;
  }

  @Test
  void isValidByThePublishedSchema() throws IOException {
    assertThat(new JsonParser().validate(DOCUMENT, Version.VERSION_16)).isEmpty();
    String without = CycloneDxBom.write(SampleRelease.of(Optional.empty()));
    assertThat(new JsonParser().validate(without, Version.VERSION_16)).isEmpty();
    assertThat(parse(DOCUMENT).path("specVersion").asText()).isEqualTo("1.6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"license\":\"(MIT OR LicenseRef-x) AND GPL-2.0-only WITH Classpath-exception-2.0\"}",
        "{\"family\":\"bert\"}",
        "{\"description\":\"\\\"}],\\n\\\\ --- <b>\"}",
        "{\"dependencies\":[{\"relation\":\"x\",\"name\":\"n\",\"uri\":\"a:%20#(b)\","
            + "\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]}",
      })
  void everyRecordGivesAValidOne(String json) throws IOException {
    String document =
        CycloneDxBom.write(SampleRelease.of(Optional.of(ModelRecord.ofJson(json.getBytes(UTF_8)))));
    assertThat(new JsonParser().validate(document, Version.VERSION_16)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"machine-learning-model\"|\"machine-learning\"",
        "\"urn:uuid:|\"uuid:",
        "\"SHA-256\"|\"SHA256\"",
        "\"performanceMetrics\"|\"metrics\"",
      })
  void aBrokenOneIsNot(String from, String to) throws IOException {
    assertThat(DOCUMENT).contains(from);
    assertThat(new JsonParser().validate(DOCUMENT.replace(from, to), Version.VERSION_16))
        .isNotEmpty();
  }

  @Test
  void saysWhatTheReleaseIs() throws IOException {
    JsonNode bom = parse(DOCUMENT);
    JsonNode model = bom.path("components").path(0);
    assertThat(model.path("type").asText()).isEqualTo("machine-learning-model");
    assertThat(model.path("name").asText()).isEqualTo("acme/model");
    assertThat(model.path("version").asText()).isEqualTo("1.0");
    assertThat(model.at("/licenses/0/expression").asText()).isEqualTo("Apache-2.0");
    assertThat(properties(model, "releaseId"))
        .containsExactly(ReleaseIds.of(SampleRelease.CREATOR, SampleRelease.NAME).toHex());
    assertThat(properties(model, "chainId")).containsExactly("1");
    assertThat(properties(model, "registry")).containsExactly(SampleRelease.REGISTRY);
    assertThat(properties(model, "merkleRoot")).containsExactly(SampleRelease.hash("m").toHex());
    assertThat(properties(model, "parameters")).containsExactly("10");
    assertThat(properties(model, "precision")).containsExactly("fp32");
    JsonNode files = model.path("components");
    assertThat(files.findValuesAsText("name")).contains("config|x.json", "onnx/model.onnx");
    assertThat(files.at("/1/hashes/0/content").asText())
        .isEqualTo(SampleRelease.hash("b").toHex().substring(2));
    JsonNode card = model.path("modelCard");
    assertThat(card.at("/modelParameters/task").asText()).isEqualTo("sentence-similarity");
    assertThat(card.at("/modelParameters/architectureFamily").asText()).isEqualTo("transformer");
    assertThat(card.at("/modelParameters/modelArchitecture").asText()).isEqualTo("bert");
    assertThat(card.at("/modelParameters/datasets/0/name").asText()).isEqualTo("acme/pairs");
    assertThat(card.at("/modelParameters/datasets/0/contents/url").asText())
        .isEqualTo("https://example.org/p");
    assertThat(card.at("/quantitativeAnalysis/performanceMetrics/0/value").asText())
        .isEqualTo("0.820");
    assertThat(card.at("/quantitativeAnalysis/performanceMetrics/0/slice").asText())
        .isEqualTo("STS-B");
    assertThat(card.at("/considerations/technicalLimitations/0").asText()).isEqualTo("English.");
    JsonNode ancestors = model.at("/pedigree/ancestors");
    assertThat(ancestors).hasSize(3);
    assertThat(ancestors.at("/0/name").asText()).isEqualTo("acme/model");
    assertThat(ancestors.at("/0/version").asText()).isEqualTo("0.9");
    assertThat(ancestors.at("/1/name").asText()).isEqualTo("acme/base");
    assertThat(ancestors.at("/2/name").asText()).isEqualTo("big");
    assertThat(bom.at("/components/1/name").asText()).isEqualTo("tokenizer.json");
    assertThat(bom.at("/dependencies/0/dependsOn/0")).isEqualTo(bom.at("/components/1/bom-ref"));
  }

  @Test
  void theSameReleaseGivesTheSameBytes() throws IOException {
    assertThat(CycloneDxBom.write(SampleRelease.full())).isEqualTo(DOCUMENT);
    assertThat(parse(DOCUMENT).path("serialNumber").asText())
        .matches("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(parse(DOCUMENT).at("/metadata/timestamp").asText())
        .isEqualTo("2023-11-14T22:13:20Z");
    ExportedRelease elsewhere =
        new ExportedRelease(SampleRelease.full().release(), "0x" + "ef".repeat(20));
    assertThat(parse(CycloneDxBom.write(elsewhere)).path("serialNumber"))
        .isNotEqualTo(parse(DOCUMENT).path("serialNumber"));
  }
}
