package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import picocli.CommandLine.Option;

/** How many slots a job uses. */
final class ParallelismOption {
  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Slots to use; the result does not depend on it. Default: all cores.")
  private Integer slots;

  int slots() {
    if (slots == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (slots < 1 || slots > 32_768) {
      throw new InvalidInputException("--parallelism: expected 1 to 32768, found " + slots);
    }
    return slots;
  }
}
