package io.luntra.jobs.prepare;

import io.luntra.codec.Profile;
import io.luntra.release.ReleaseName;
import java.util.List;
import java.util.Objects;

/**
 * A release that is to be prepared.
 *
 * @param files model files, as paths that a Flink file system serves; at least one
 */
public record PrepareRequest(ReleaseName name, List<String> files, Profile profile) {
  public PrepareRequest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(profile, "profile");
    files = List.copyOf(files);
  }
}
