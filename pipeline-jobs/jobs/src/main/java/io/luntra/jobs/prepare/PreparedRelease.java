package io.luntra.jobs.prepare;

import io.luntra.ethereum.staging.StagedRelease;
import java.time.Duration;

/**
 * A release that is ready to be published.
 *
 * @param reused whether all of it was staged before
 */
public record PreparedRelease(StagedRelease staged, boolean reused, Duration duration) {}
