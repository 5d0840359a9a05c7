package io.luntra.jobs.diff;

import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.TensorEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Two releases held against each other by their manifests: files by path, tensors by path and name.
 *
 * @param files of either
 * @param tensors of either
 */
public record ReleaseDiff(List<FileDifference> files, List<TensorDifference> tensors) {
  /**
   * Which tensor of a release.
   *
   * @param occurrence from 0, where several of an artifact have one name
   */
  private record Place(String path, String name, int occurrence) {}

  public ReleaseDiff {
    files = List.copyOf(files);
    tensors = List.copyOf(tensors);
  }

  /** What is in the first release, in its order, then what only the second has. */
  public static ReleaseDiff of(List<ArtifactManifest> before, List<ArtifactManifest> after) {
    Map<String, ArtifactEntry> filesBefore = files(before);
    Map<String, ArtifactEntry> filesAfter = files(after);
    Map<Place, TensorEntry> tensorsBefore = tensors(before);
    Map<Place, TensorEntry> tensorsAfter = tensors(after);
    return new ReleaseDiff(
        union(filesBefore, filesAfter).stream()
            .map(
                path ->
                    new FileDifference(
                        path,
                        Optional.ofNullable(filesBefore.get(path)),
                        Optional.ofNullable(filesAfter.get(path))))
            .toList(),
        union(tensorsBefore, tensorsAfter).stream()
            .map(
                place ->
                    new TensorDifference(
                        place.path(),
                        place.name(),
                        Optional.ofNullable(tensorsBefore.get(place)),
                        Optional.ofNullable(tensorsAfter.get(place))))
            .toList());
  }

  public boolean isEmpty() {
    return files.stream().allMatch(file -> file.kind() == Kind.SAME)
        && tensors.stream().allMatch(tensor -> tensor.kind() == Kind.SAME);
  }

  /** How many tensors are of a kind. */
  public long count(Kind kind) {
    return tensors.stream().filter(tensor -> tensor.kind() == kind).count();
  }

  /** Tensors that are not the same, the largest first. */
  public List<TensorDifference> different() {
    List<TensorDifference> different = new ArrayList<>(tensors);
    different.removeIf(tensor -> tensor.kind() == Kind.SAME);
    different.sort((a, b) -> Long.compare(b.bytes(), a.bytes()));
    return different;
  }

  private static Map<String, ArtifactEntry> files(List<ArtifactManifest> artifacts) {
    Map<String, ArtifactEntry> files = new LinkedHashMap<>();
    artifacts.forEach(artifact -> files.put(artifact.file().path(), artifact.file()));
    return files;
  }

  private static Map<Place, TensorEntry> tensors(List<ArtifactManifest> artifacts) {
    Map<Place, TensorEntry> tensors = new LinkedHashMap<>();
    for (ArtifactManifest artifact : artifacts) {
      Map<String, Integer> occurrences = new HashMap<>();
      for (TensorEntry tensor : artifact.tensors()) {
        String name = tensor.info().name();
        int occurrence = occurrences.merge(name, 1, Integer::sum) - 1;
        tensors.put(new Place(artifact.file().path(), name, occurrence), tensor);
      }
    }
    return tensors;
  }

  private static <K> Set<K> union(Map<K, ?> first, Map<K, ?> second) {
    Set<K> keys = new LinkedHashSet<>(first.keySet());
    keys.addAll(second.keySet());
    return keys;
  }
}
