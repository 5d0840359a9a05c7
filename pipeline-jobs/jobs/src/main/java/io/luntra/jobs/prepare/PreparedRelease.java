package io.luntra.jobs.prepare;

import io.luntra.ethereum.staging.StagedRelease;
import java.time.Duration;
import java.util.List;

/**
 * A release that is ready to be published.
 *
 * @param reused whether all of it was staged before
 * @param notices what could not be done as asked, and what was done instead
 */
public record PreparedRelease(
    StagedRelease staged, boolean reused, Duration duration, List<String> notices) {
  public PreparedRelease {
    notices = List.copyOf(notices);
  }
}
