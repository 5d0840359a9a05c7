package io.luntra.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.manifest.ModelRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A record in short lines for people, and as it is for --json. */
final class RecordText {
  private static final int MAX_SHOWN = 100;

  private RecordText() {}

  static JsonNode json(ModelRecord record) {
    return Json.parse(record.toJson());
  }

  /** A few words for each thing that it says; long texts end in "…". */
  static String lines(JsonNode record) {
    List<String> lines = new ArrayList<>();
    add(lines, "architecture", join(record, "architecture", "family", "quantization"));
    add(lines, "license", record.path("license").asText());
    add(lines, "task", join(record, "task", "library"));
    add(lines, "input", join(record.path("inputTypes")));
    add(lines, "output", join(record.path("outputTypes")));
    add(lines, "languages", join(record.path("languages")));
    add(lines, "tags", join(record.path("tags")));
    add(lines, "training", join(record.path("training"), "method", "description"));
    for (JsonNode dataset : record.path("datasets")) {
      add(lines, "dataset", dataset.path("name").asText() + ", SHA-256 " + hash(dataset));
    }
    for (JsonNode dependency : record.path("dependencies")) {
      String name = dependency.path("name").asText();
      add(
          lines,
          dependency.path("relation").asText(),
          dependency.has("creator")
              ? "%s@%s of %s"
                  .formatted(
                      name,
                      dependency.path("version").asText(),
                      dependency.path("creator").asText())
              : name + ", SHA-256 " + hash(dependency));
    }
    for (JsonNode result : record.path("benchmarks")) {
      add(
          lines,
          "reported",
          "%s, %s: %s"
              .formatted(
                  result.path("benchmark").asText(),
                  result.path("metric").asText(),
                  result.path("value").asText()));
    }
    add(lines, "description", record.path("description").asText());
    add(lines, "intended use", record.path("intendedUse").asText());
    add(lines, "limitations", record.path("limitations").asText());
    return String.join("", lines);
  }

  private static void add(List<String> lines, String name, String text) {
    if (text.isEmpty()) {
      return;
    }
    String line = text.replaceAll("\\s+", " ");
    lines.add(
        "  %-12s %s%n"
            .formatted(
                name, line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line));
  }

  private static String hash(JsonNode node) {
    return node.path("sha256").asText();
  }

  private static String join(JsonNode object, String... fields) {
    return String.join(
        ", ",
        Stream.of(fields)
            .map(field -> object.path(field).asText())
            .filter(text -> !text.isEmpty())
            .toList());
  }

  private static String join(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return String.join(", ", texts);
  }
}
