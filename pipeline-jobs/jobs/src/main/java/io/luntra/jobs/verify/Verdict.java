package io.luntra.jobs.verify;

import io.luntra.ethereum.registry.ReleaseStanding;
import java.util.List;

/**
 * Whether files are what was published.
 *
 * @param status what the model's maintainers say became of the release
 * @param differences one line each: which file, which tensor, what was expected and found
 */
public record Verdict(
    boolean ok,
    String release,
    String releaseId,
    String publisher,
    ReleaseStanding.Status status,
    List<String> differences) {
  public Verdict {
    differences = List.copyOf(differences);
  }
}
