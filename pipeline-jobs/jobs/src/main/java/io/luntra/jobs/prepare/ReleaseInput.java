package io.luntra.jobs.prepare;

import io.luntra.codec.ChunkHeader;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.manifest.ModelRecord;
import io.luntra.manifest.ReleaseDescription;
import io.luntra.release.ReleaseName;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A release to prepare, as operators need it.
 *
 * @param key see {@link ReleaseKey}
 * @param name NAME@VERSION
 * @param keepQuality empty where none was asked for
 * @param files model files, as Flink paths
 * @param inputHashes hex SHA-256 of each artifact's file, in the order of the release
 * @param plan hex SHA-256 of its plan
 * @param delta null where it has no parent
 * @param record JSON of what its publisher says of the model, empty where that is nothing
 */
record ReleaseInput(
    String key,
    String name,
    String profile,
    String keepQuality,
    List<String> files,
    List<String> inputHashes,
    String plan,
    DeltaInput delta,
    String record)
    implements Serializable {
  ReleaseInput {
    files = List.copyOf(files);
    inputHashes = List.copyOf(inputHashes);
  }

  /** The parent's files, or null. */
  ParentFiles parentFiles() {
    return delta == null ? null : delta.files();
  }

  ReleaseDescription description() {
    return new ReleaseDescription(
        ReleaseName.parse(name),
        profile,
        keepQuality.isEmpty() ? Optional.empty() : Optional.of(keepQuality),
        ChunkHeader.VERSION,
        Optional.ofNullable(delta).map(DeltaInput::reference),
        record.isEmpty()
            ? Optional.empty()
            : Optional.of(ModelRecord.ofJson(record.getBytes(StandardCharsets.UTF_8))));
  }
}
