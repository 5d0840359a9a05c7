package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A model on disk: the file that is loaded, then those of external data that it refers to, where it
 * says they are.
 *
 * @param layouts of each of them, by the same order
 * @param runtime what runs it
 */
public record RunnableModel(List<Path> files, List<ArtifactLayout> layouts, ModelRuntime runtime) {
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

  public RunnableModel {
    files = List.copyOf(files);
    layouts = List.copyOf(layouts);
    if (files.isEmpty() || files.size() != layouts.size()) {
      throw new IllegalArgumentException(
          "%d files, %d layouts".formatted(files.size(), layouts.size()));
    }
  }

  /** The same with other values: files in the same order, of the same layouts. */
  RunnableModel withFiles(List<Path> others) {
    return new RunnableModel(others, layouts, runtime);
  }

  /** A tensor's place. */
  record Place(int file, Section section) {}

  /** The file that is loaded. */
  Path model() {
    return files.get(0);
  }

  /**
   * Loads it.
   *
   * @throws InvalidInputException when the runtime can't
   */
  ModelOutputs open(EmbeddingOptions options) {
    return runtime.open(model(), options);
  }

  /**
   * Rows or columns of its largest matrix, whichever are more: its vocabulary, where it has one.
   */
  long longestSide() {
    return layouts.stream()
        .flatMap(layout -> layout.sections().stream())
        .map(Section::tensor)
        .filter(tensor -> tensor != null && tensor.shape().size() == 2)
        .max(Comparator.comparingLong(TensorInfo::elements))
        .map(tensor -> Math.max(tensor.shape().get(0), tensor.shape().get(1)))
        .orElse(0L);
  }

  /**
   * Checks that it can be run in the memory that is usual.
   *
   * @throws InvalidInputException when all files together have 2 GB or more
   */
  void checkSize() throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    if (bytes > MOST_BYTES) {
      throw new InvalidInputException(
          "%s of %d bytes: only models below 2 GB are run".formatted(model(), bytes));
    }
  }

  /** Tensors whose bytes are not those of other files of the same layout. */
  List<Place> differences(RunnableModel other) throws IOException {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      try (FileChannel own = FileChannel.open(files.get(i));
          FileChannel theirs = FileChannel.open(other.files.get(i))) {
        for (Section section : layouts.get(i).sections()) {
          if (section.tensor() != null
              && section.length() > 0
              && !map(own, section).equals(map(theirs, section))) {
            places.add(new Place(i, section));
          }
        }
      }
    }
    return places;
  }

  private static ByteBuffer map(FileChannel file, Section section) throws IOException {
    return file.map(FileChannel.MapMode.READ_ONLY, section.offset(), section.length());
  }

  /** A copy in a folder, with everything where the model says it is. */
  RunnableModel copy(Path folder) throws IOException {
    List<Path> copies = new ArrayList<>();
    for (Path file : files) {
      Path copy = folder.resolve(model().getParent().relativize(file));
      Files.createDirectories(copy.getParent());
      copies.add(Files.copy(file, copy));
    }
    return withFiles(copies);
  }

  /** Writes tensors of other files of the same layout over those of this one. */
  void take(RunnableModel other, List<Place> places) throws IOException {
    for (Place place : places) {
      try (FileChannel from = FileChannel.open(other.files.get(place.file()));
          FileChannel to = FileChannel.open(files.get(place.file()), StandardOpenOption.WRITE)) {
        long at = place.section().offset();
        to.position(at);
        while (at < place.section().end()) {
          at += from.transferTo(at, place.section().end() - at, to);
        }
      }
    }
  }
}
