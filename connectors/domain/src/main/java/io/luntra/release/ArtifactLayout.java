package io.luntra.release;

import io.luntra.failure.InvalidInputException;
import java.util.ArrayList;
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

  /**
   * The layout of a file of which the tensors are known: all bytes between them are the
   * container's.
   *
   * @param tensors in offset order
   */
  public static ArtifactLayout of(String path, long length, List<Section> tensors) {
    List<Section> sections = new ArrayList<>();
    long position = 0;
    for (Section tensor : tensors) {
      if (tensor.offset() > position) {
        sections.add(new Section(position, tensor.offset() - position, null));
      }
      sections.add(tensor);
      position = tensor.end();
    }
    if (position < length) {
      sections.add(new Section(position, length - position, null));
    }
    return new ArtifactLayout(path, length, sections);
  }
}
