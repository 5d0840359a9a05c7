package io.luntra.jobs.prepare;

import io.luntra.blob.Bytes32;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.manifest.ParentReference;
import io.luntra.release.ReleaseName;
import java.io.Serializable;
import java.util.List;

/**
 * What a release is a delta against, as operators need it.
 *
 * @param name NAME@VERSION of the parent
 * @param releaseId of the parent, in hex
 * @param merkleRoot of the parent, in hex
 * @param depth of the release
 * @param fileHashes hex SHA-256 of each of the parent's files
 */
record DeltaInput(
    String name,
    String releaseId,
    String merkleRoot,
    int depth,
    ParentFiles files,
    List<String> fileHashes)
    implements Serializable {
  DeltaInput {
    fileHashes = List.copyOf(fileHashes);
  }

  static DeltaInput of(ParentReference parent, ParentFiles files, List<String> fileHashes) {
    return new DeltaInput(
        parent.name().toString(),
        parent.releaseId().toHex(),
        parent.merkleRoot().toHex(),
        parent.depth(),
        files,
        fileHashes);
  }

  ParentReference reference() {
    return new ParentReference(
        ReleaseName.parse(name), Bytes32.fromHex(releaseId), Bytes32.fromHex(merkleRoot), depth);
  }
}
