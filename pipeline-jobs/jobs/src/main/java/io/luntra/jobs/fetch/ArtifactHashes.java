package io.luntra.jobs.fetch;

import io.luntra.blob.Bytes32;
import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.TensorEntry;
import java.util.List;

/** What an artifact's bytes hash to, against what its manifest says. */
public final class ArtifactHashes {
  private ArtifactHashes() {}

  /** A hasher for the file and each of its tensors. */
  public static ArtifactHasher hasher(ArtifactManifest artifact) {
    return new ArtifactHasher(
        artifact.tensors().stream()
            .map(tensor -> new ArtifactHasher.Range(tensor.offset(), tensor.info().bytes()))
            .toList());
  }

  /**
   * Adds a line for every tensor that differs, or one for the artifact when it differs elsewhere.
   *
   * @param hasher has taken all bytes of the artifact
   * @return SHA-256 of the artifact
   */
  public static Bytes32 compare(
      ArtifactManifest artifact, ArtifactHasher hasher, List<String> differences) {
    int before = differences.size();
    List<Bytes32> found = hasher.rangeHashes();
    String path = artifact.file().path();
    for (int i = 0; i < artifact.tensors().size(); i++) {
      TensorEntry tensor = artifact.tensors().get(i);
      if (i >= found.size()) {
        differences.add("%s: the file ends before tensor %s".formatted(path, tensor.info().name()));
      } else if (!found.get(i).equals(tensor.sha256())) {
        differences.add(
            "%s: tensor %s (bytes %d to %d): SHA-256 expected %s, found %s"
                .formatted(
                    path,
                    tensor.info().name(),
                    tensor.offset(),
                    tensor.end(),
                    tensor.sha256(),
                    found.get(i)));
      }
    }
    Bytes32 hash = hasher.artifactHash();
    if (differences.size() == before && !hash.equals(artifact.file().sha256())) {
      differences.add(
          "%s: bytes outside its tensors differ: SHA-256 of the file expected %s, found %s"
              .formatted(path, artifact.file().sha256(), hash));
    }
    return hash;
  }
}
