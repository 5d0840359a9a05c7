package io.luntra.jobs.plan;

import io.luntra.blob.Bytes32;
import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.modelfiles.ModelInput;
import io.luntra.release.Section;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * SHA-256 of an input file and of the values of its tensors.
 *
 * @param tensors by their sections
 */
public record InputHashes(Bytes32 file, Map<Section, Bytes32> tensors) {
  private static final int READ_BYTES = 1 << 20;

  public InputHashes {
    Objects.requireNonNull(file, "file");
    tensors = Map.copyOf(tensors);
  }

  /** Hashes a file in one pass. */
  public static InputHashes of(ModelInput.Artifact artifact) throws IOException {
    List<Section> sections =
        artifact.layout().sections().stream().filter(section -> section.tensor() != null).toList();
    ArtifactHasher hasher =
        new ArtifactHasher(
            sections.stream()
                .map(section -> new ArtifactHasher.Range(section.offset(), section.length()))
                .toList());
    update(hasher, artifact.file());
    List<Bytes32> found = hasher.rangeHashes();
    Map<Section, Bytes32> tensors = new HashMap<>();
    for (int i = 0; i < found.size(); i++) {
      tensors.put(sections.get(i), found.get(i));
    }
    return new InputHashes(hasher.artifactHash(), tensors);
  }

  /** SHA-256 of any file. */
  public static Bytes32 ofFile(Path file) throws IOException {
    ArtifactHasher hasher = new ArtifactHasher(List.of());
    update(hasher, file);
    return hasher.artifactHash();
  }

  private static void update(ArtifactHasher hasher, Path file) throws IOException {
    byte[] buffer = new byte[READ_BYTES];
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hasher.update(buffer, 0, read);
      }
    }
  }

  /** SHA-256 of a tensor's values. */
  public Bytes32 tensor(Section section) {
    return tensors.get(section);
  }

  /** SHA-256 of the file: 64 lower-case digits. */
  public String fileHex() {
    return file.toHex().substring(2);
  }
}
