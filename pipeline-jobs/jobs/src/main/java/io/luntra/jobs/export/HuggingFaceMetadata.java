package io.luntra.jobs.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.luntra.manifest.BenchmarkResult;
import io.luntra.manifest.DatasetReference;
import io.luntra.manifest.ModelDependency;
import io.luntra.manifest.ModelRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The metadata of a Hugging Face model card (huggingface/hub-docs, modelcard.md). */
final class HuggingFaceMetadata {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build());

  private static final Pattern HUB_ID =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
  private static final Pattern LICENSE_ID = Pattern.compile("[A-Za-z0-9.-]+");

  /** The hub's names of licences that are SPDX's in lower case. */
  private static final Set<String> LICENSES =
      Set.of(
          "afl-3.0",
          "apache-2.0",
          "artistic-2.0",
          "bsd-2-clause",
          "bsd-3-clause",
          "bsd-3-clause-clear",
          "bsl-1.0",
          "cc-by-2.0",
          "cc-by-3.0",
          "cc-by-4.0",
          "cc-by-nc-2.0",
          "cc-by-nc-3.0",
          "cc-by-nc-4.0",
          "cc-by-nc-nd-4.0",
          "cc-by-nc-sa-3.0",
          "cc-by-nc-sa-4.0",
          "cc-by-nd-4.0",
          "cc-by-sa-3.0",
          "cc-by-sa-4.0",
          "cc0-1.0",
          "cdla-permissive-1.0",
          "cdla-permissive-2.0",
          "cdla-sharing-1.0",
          "ecl-2.0",
          "epl-1.0",
          "epl-2.0",
          "eupl-1.1",
          "isc",
          "lppl-1.3c",
          "mit",
          "mpl-2.0",
          "ms-pl",
          "ncsa",
          "ofl-1.1",
          "osl-3.0",
          "postgresql",
          "unlicense",
          "wtfpl",
          "zlib");

  private static final Map<String, String> RELATIONS =
      Map.of(
          "adapter", "adapter",
          "fine-tuning", "finetune",
          "merge", "merge",
          "quantization", "quantized");

  private HuggingFaceMetadata() {}

  /**
   * The fields that follow from the record, each line ending in a line feed; "{}" where there are
   * none.
   */
  static String yaml(ExportedRelease release) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    release.record().ifPresent(record -> write(json, release, record));
    try {
      return YAML.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Writing the model card of " + release.name(), e);
    }
  }

  private static void write(ObjectNode json, ExportedRelease release, ModelRecord record) {
    record.license().ifPresent(license -> license(json, license));
    array(json, "language", record.usage().languages());
    array(json, "tags", record.usage().tags());
    record.usage().library().ifPresent(word -> json.put("library_name", word));
    record.usage().task().ifPresent(word -> json.put("pipeline_tag", word));
    array(
        json,
        "datasets",
        record.datasets().stream()
            .map(DatasetReference::name)
            .filter(HuggingFaceMetadata::isHubId)
            .distinct()
            .toList());
    List<String> bases =
        record.dependencies().stream()
            .filter(dependency -> Set.of("base-model", "merged").contains(dependency.relation()))
            .filter(ModelDependency.OfContent.class::isInstance)
            .map(ModelDependency::name)
            .filter(HuggingFaceMetadata::isHubId)
            .distinct()
            .toList();
    array(json, "base_model", bases);
    Optional<String> relation = record.training().map(training -> RELATIONS.get(training.method()));
    if (!bases.isEmpty() && relation.isPresent()) {
      json.put("base_model_relation", relation.get());
    }
    if (record.usage().task().isPresent() && !record.benchmarks().isEmpty()) {
      results(json, release.name(), record.usage().task().get(), record.benchmarks());
    }
  }

  private static void license(ObjectNode json, String license) {
    String hub = license.toLowerCase(Locale.ROOT);
    if (LICENSE_ID.matcher(license).matches() && LICENSES.contains(hub)) {
      json.put("license", hub);
    } else {
      json.put("license", "other");
      json.put("license_name", hub.replaceAll("[^a-z0-9.-]+", "-"));
    }
  }

  private static boolean isHubId(String name) {
    return HUB_ID.matcher(name).matches();
  }

  private static void results(
      ObjectNode json, String name, String task, List<BenchmarkResult> benchmarks) {
    Map<String, List<BenchmarkResult>> byBenchmark = new LinkedHashMap<>();
    for (BenchmarkResult result : benchmarks) {
      byBenchmark.computeIfAbsent(result.benchmark(), key -> new ArrayList<>()).add(result);
    }
    ObjectNode model = json.putArray("model-index").addObject();
    model.put("name", name);
    ArrayNode results = model.putArray("results");
    byBenchmark.forEach(
        (benchmark, metrics) -> {
          ObjectNode result = results.addObject();
          result.putObject("task").put("type", task);
          result.putObject("dataset").put("type", benchmark).put("name", benchmark);
          ArrayNode values = result.putArray("metrics");
          for (BenchmarkResult metric : metrics) {
            values
                .addObject()
                .put("type", metric.metric())
                .put("value", new BigDecimal(metric.value()));
          }
        });
  }

  private static void array(ObjectNode json, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = json.putArray(name);
      values.forEach(array::add);
    }
  }
}
