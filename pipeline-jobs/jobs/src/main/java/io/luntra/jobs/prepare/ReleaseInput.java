package io.luntra.jobs.prepare;

import java.io.Serializable;
import java.util.List;

/**
 * A release to prepare, as operators need it.
 *
 * @param key see {@link ReleaseKey}
 * @param files model files, as Flink paths
 * @param inputHashes hex SHA-256 of each artifact's file, in the order of the release
 */
record ReleaseInput(
    String key,
    String name,
    String version,
    String profile,
    List<String> files,
    List<String> inputHashes)
    implements Serializable {
  ReleaseInput {
    files = List.copyOf(files);
    inputHashes = List.copyOf(inputHashes);
  }
}
