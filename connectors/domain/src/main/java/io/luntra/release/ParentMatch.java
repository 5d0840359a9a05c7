package io.luntra.release;

import io.luntra.tensor.TensorInfo;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which bytes of a parent release stand in the place of a child's. It follows from the two layouts
 * alone, and from no more of them than their manifests say, so whoever rebuilds a delta finds the
 * same bytes as who made it.
 *
 * <ul>
 *   <li>An artifact's counterpart has its path. Where each release has one artifact, they are
 *       counterparts.
 *   <li>A tensor's counterpart is the first of the same name in that artifact, if element type and
 *       shape are the same: byte for byte of the values.
 *   <li>Bytes between tensors are runs, counted from the artifact's start; tensors without bytes
 *       cut none. A run's counterpart is the one of the same number, if it is as long.
 *   <li>Anything else has none.
 * </ul>
 */
public final class ParentMatch implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<Runs> artifacts = new ArrayList<>();

  /** Bytes of the parent. */
  public record Place(int artifact, long offset) {}

  /**
   * Runs of a child's artifact that have a counterpart, in offset order.
   *
   * @param artifact of the parent
   */
  private record Runs(int artifact, long[] offsets, long[] ends, long[] parentOffsets)
      implements Serializable {
    static final Runs NONE = new Runs(0, new long[0], new long[0], new long[0]);
  }

  private ParentMatch() {}

  /** Matches a child's artifacts with those of its parent. */
  public static ParentMatch of(List<ArtifactLayout> parent, List<ArtifactLayout> child) {
    ParentMatch match = new ParentMatch();
    for (ArtifactLayout artifact : child) {
      int counterpart = counterpart(parent, child, artifact);
      match.artifacts.add(
          counterpart < 0 ? Runs.NONE : runs(counterpart, parent.get(counterpart), artifact));
    }
    return match;
  }

  /**
   * Where the parent has what stands for bytes [offset, offset + length) of a child's artifact.
   *
   * @return empty where it has nothing for all of them
   */
  public Optional<Place> find(int artifact, long offset, long length) {
    Runs runs = artifacts.get(artifact);
    int found = Arrays.binarySearch(runs.offsets(), offset);
    int run = found >= 0 ? found : -found - 2;
    if (run < 0 || length > runs.ends()[run] - offset) {
      return Optional.empty();
    }
    return Optional.of(
        new Place(runs.artifact(), runs.parentOffsets()[run] + offset - runs.offsets()[run]));
  }

  private static int counterpart(
      List<ArtifactLayout> parent, List<ArtifactLayout> child, ArtifactLayout artifact) {
    if (parent.size() == 1 && child.size() == 1) {
      return 0;
    }
    for (int i = 0; i < parent.size(); i++) {
      if (parent.get(i).path().equals(artifact.path())) {
        return i;
      }
    }
    return -1;
  }

  private static Runs runs(int counterpart, ArtifactLayout parent, ArtifactLayout child) {
    Map<TensorInfo, Section> tensors = new HashMap<>();
    Map<String, TensorInfo> firstOfName = new HashMap<>();
    for (Section section : tensors(parent)) {
      if (firstOfName.putIfAbsent(section.tensor().name(), section.tensor()) == null) {
        tensors.put(section.tensor(), section);
      }
    }
    List<Section> gaps = gaps(parent);
    List<long[]> found = new ArrayList<>();
    for (Section section : tensors(child)) {
      add(found, section, tensors.get(section.tensor()));
    }
    List<Section> childGaps = gaps(child);
    for (int i = 0; i < Math.min(gaps.size(), childGaps.size()); i++) {
      if (gaps.get(i).length() == childGaps.get(i).length()) {
        add(found, childGaps.get(i), gaps.get(i));
      }
    }
    found.sort((a, b) -> Long.compare(a[0], b[0]));
    return new Runs(
        counterpart,
        found.stream().mapToLong(run -> run[0]).toArray(),
        found.stream().mapToLong(run -> run[1]).toArray(),
        found.stream().mapToLong(run -> run[2]).toArray());
  }

  private static void add(List<long[]> found, Section child, Section parent) {
    if (parent != null) {
      found.add(new long[] {child.offset(), child.end(), parent.offset()});
    }
  }

  private static List<Section> tensors(ArtifactLayout artifact) {
    return artifact.sections().stream()
        .filter(section -> section.tensor() != null && section.length() > 0)
        .toList();
  }

  private static List<Section> gaps(ArtifactLayout artifact) {
    List<Section> gaps = new ArrayList<>();
    long end = 0;
    for (Section tensor : tensors(artifact)) {
      gaps.add(new Section(end, tensor.offset() - end, null));
      end = tensor.end();
    }
    gaps.add(new Section(end, artifact.length() - end, null));
    gaps.removeIf(gap -> gap.length() == 0);
    return gaps;
  }
}
