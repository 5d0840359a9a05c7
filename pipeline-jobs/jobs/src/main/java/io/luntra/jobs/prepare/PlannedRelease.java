package io.luntra.jobs.prepare;

import io.luntra.blob.Bytes32;
import io.luntra.jobs.parent.ParentRelease;
import io.luntra.jobs.plan.InputHashes;
import io.luntra.jobs.plan.PlanInput;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.release.ParentMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A release of which every byte is decided.
 *
 * @param plan SHA-256 of its plan
 */
record PlannedRelease(PrepareRequest request, PlanInput input, Bytes32 plan, List<String> notices) {

  /** See {@link ReleaseKey}. */
  String key() {
    return ReleaseKey.of(request, input, plan);
  }

  /** As operators need it, with the parent's files rebuilt. */
  ReleaseInput toInput() throws IOException, InterruptedException {
    return new ReleaseInput(
        key(),
        request.name().toString(),
        request.profile().id(),
        request.keepQuality().orElse(""),
        request.files(),
        input.hashes().stream().map(InputHashes::fileHex).toList(),
        plan.toHex(),
        input.parent().isPresent() ? delta(input.parent().get()) : null,
        request
            .record()
            .map(record -> new String(record.toJson(), StandardCharsets.UTF_8))
            .orElse(""));
  }

  private DeltaInput delta(ParentRelease parent) throws IOException, InterruptedException {
    ReleaseManifest manifest = parent.manifest();
    return DeltaInput.of(
        parent.reference(),
        new ParentFiles(
            ParentMatch.of(manifest.layouts(), input.model().layouts()), parent.files().rebuild()),
        manifest.artifacts().stream()
            .map(artifact -> artifact.file().sha256().toHex().substring(2))
            .toList());
  }
}
