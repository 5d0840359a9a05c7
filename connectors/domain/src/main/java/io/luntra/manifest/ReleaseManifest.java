package io.luntra.manifest;

import io.luntra.failure.VerificationException;
import io.luntra.release.ArtifactLayout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** All of a manifest, checked. */
public record ReleaseManifest(
    RootManifest root, List<ArtifactManifest> artifacts, List<ShardEntry> shards) {
  public ReleaseManifest {
    Objects.requireNonNull(root, "root");
    artifacts = List.copyOf(artifacts);
    shards = List.copyOf(shards);
  }

  /**
   * Reads the parts of a manifest.
   *
   * @param blobs that hold them, in order
   * @throws VerificationException when they are not what the root says
   */
  public static ReleaseManifest read(RootManifest root, Iterator<byte[]> blobs) {
    List<ArtifactManifest> artifacts = new ArrayList<>();
    List<ShardEntry> shards = new ArrayList<>();
    ArtifactEntry file = null;
    List<TensorEntry> tensors = new ArrayList<>();
    ManifestReader entries = ManifestReader.ofBlobs(root, blobs);
    while (entries.hasNext()) {
      ManifestEntry entry = entries.next();
      if (entry instanceof TensorEntry tensor) {
        tensors.add(tensor);
        continue;
      }
      if (file != null) {
        artifacts.add(new ArtifactManifest(file, tensors));
        tensors.clear();
        file = null;
      }
      if (entry instanceof ArtifactEntry artifact) {
        file = artifact;
      } else if (entry instanceof ShardEntry shard) {
        shards.add(shard);
      }
    }
    return new ReleaseManifest(root, artifacts, shards);
  }

  /** How its files are laid out. */
  public List<ArtifactLayout> layouts() {
    return artifacts.stream().map(ArtifactManifest::layout).toList();
  }
}
