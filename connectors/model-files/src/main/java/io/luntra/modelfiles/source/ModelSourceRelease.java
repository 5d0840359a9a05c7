package io.luntra.modelfiles.source;

import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.util.List;

/**
 * A release to read.
 *
 * @param release its number in the run, which every chunk carries
 * @param files its model files, at least one, as {@link io.luntra.modelfiles.ModelFiles} takes
 *     them; paths of any file system that Flink knows
 */
public record ModelSourceRelease(int release, List<String> files) implements Serializable {
  public ModelSourceRelease {
    files = List.copyOf(files);
    if (release < 0 || files.isEmpty()) {
      throw new InvalidInputException(
          "Release %d of %d files; expected at least one".formatted(release, files.size()));
    }
  }
}
