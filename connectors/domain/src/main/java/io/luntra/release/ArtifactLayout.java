package io.luntra.release;

import io.luntra.failure.InvalidInputException;
import java.util.List;

/**
 * How the bytes of one file are laid out: sections in offset order, without gap or overlap, from 0
 * to its length.
 *
 * @param path path of the artifact inside its release, with '/' as separator
 */
public record ArtifactLayout(String path, long length, List<Section> sections) {
  public ArtifactLayout {
    ArtifactPath.check(path);
    sections = List.copyOf(sections);
    long position = 0;
    for (Section section : sections) {
      if (section.offset() != position) {
        throw new InvalidInputException(
            "Artifact '%s': a section starts at byte %d, expected %d"
                .formatted(path, section.offset(), position));
      }
      position = section.end();
    }
    if (position != length) {
      throw new InvalidInputException(
          "Artifact '%s': sections end at byte %d, the file at %d"
              .formatted(path, position, length));
    }
  }
}
