package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A result as the publisher reports it.
 *
 * @param value decimal number, as it was written
 * @param evidence SHA-256 of the file that shows it
 */
public record BenchmarkResult(
    String benchmark, String metric, String value, Optional<Bytes32> evidence) {
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

  public BenchmarkResult {
    RecordChecks.line("benchmark", benchmark);
    RecordChecks.line("metric", metric);
    RecordChecks.matches("value", value, DECIMAL);
  }

  void write(ObjectNode json) {
    json.put("benchmark", benchmark);
    json.put("metric", metric);
    json.put("value", value);
    evidence.ifPresent(hash -> json.put("evidence", EntryJson.hash(hash)));
  }

  static BenchmarkResult read(JsonFields json) {
    String evidence = json.optionalText("evidence");
    BenchmarkResult result =
        new BenchmarkResult(
            json.text("benchmark"),
            json.text("metric"),
            json.text("value"),
            evidence == null ? Optional.empty() : Optional.of(RecordChecks.hash(json, "evidence")));
    json.requireNoOthers();
    return result;
  }
}
