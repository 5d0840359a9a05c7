package io.luntra.jobs.verify;

import java.util.List;

/**
 * Whether files are what was published.
 *
 * @param differences one line each: which file, which tensor, what was expected and found
 */
public record Verdict(
    boolean ok, String release, String releaseId, String publisher, List<String> differences) {
  public Verdict {
    differences = List.copyOf(differences);
  }
}
