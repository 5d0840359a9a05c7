package io.luntra.ethereum.history;

import io.luntra.blob.Bytes32;
import java.math.BigDecimal;
import java.util.Objects;

/**
 * What somebody says that a release scored. Anybody may say anything: it is worth what the
 * evaluator is.
 *
 * @param evaluator account that says so, 0x and 40 lower-case digits
 * @param benchmark 1 to 96 characters of printable ASCII
 * @param metric likewise
 * @param evidence digest of the report; zero when there is none
 */
public record AttestedBenchmark(
    Bytes32 id,
    Bytes32 releaseId,
    String evaluator,
    String benchmark,
    String metric,
    BigDecimal value,
    Bytes32 evidence) {
  public AttestedBenchmark {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(releaseId, "releaseId");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(evidence, "evidence");
  }
}
