package io.luntra.jobs.prepare;

import io.luntra.codec.Profile;
import io.luntra.jobs.parent.ParentRelease;
import io.luntra.jobs.plan.ModelRun;
import io.luntra.manifest.ModelRecord;
import io.luntra.release.ReleaseName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A release that is to be prepared.
 *
 * @param files model files, as paths that a Flink file system serves; at least one
 * @param keepQuality the quality to keep, a decimal number from 0 to 1, where one is asked for
 * @param run what its model may be run with
 * @param parent the release that it is to be a delta against
 * @param record what its publisher says of the model
 */
public record PrepareRequest(
    ReleaseName name,
    List<String> files,
    Profile profile,
    Optional<String> keepQuality,
    ModelRun run,
    Optional<ParentRelease> parent,
    Optional<ModelRecord> record) {
  public PrepareRequest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(keepQuality, "keepQuality");
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(parent, "parent");
    Objects.requireNonNull(record, "record");
    files = List.copyOf(files);
  }

  /** A release of its own, compressed as its profile says. */
  public PrepareRequest(ReleaseName name, List<String> files, Profile profile) {
    this(
        name,
        files,
        profile,
        Optional.empty(),
        ModelRun.DEFAULT,
        Optional.empty(),
        Optional.empty());
  }

  /** The same as a delta. */
  public PrepareRequest withParent(ParentRelease release) {
    return new PrepareRequest(name, files, profile, keepQuality, run, Optional.of(release), record);
  }

  /** The same with a quality to keep. */
  public PrepareRequest withQuality(String quality) {
    return new PrepareRequest(name, files, profile, Optional.of(quality), run, parent, record);
  }

  /** The same with something to run its model with. */
  public PrepareRequest withRun(ModelRun modelRun) {
    return new PrepareRequest(name, files, profile, keepQuality, modelRun, parent, record);
  }

  /** The same with what its publisher says of the model. */
  public PrepareRequest withRecord(ModelRecord document) {
    return new PrepareRequest(
        name, files, profile, keepQuality, run, parent, Optional.of(document));
  }
}
