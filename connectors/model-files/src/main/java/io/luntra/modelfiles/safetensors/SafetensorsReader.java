package io.luntra.modelfiles.safetensors;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.BoundedStream;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ArtifactPath;
import io.luntra.release.Section;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.core.fs.Path;

/**
 * Reads how a safetensors file is laid out, without its values: 8 bytes with the length of the
 * header, little-endian; the header, a JSON object; then the tensors' values, which cover the rest
 * of the file without gap or overlap.
 */
public final class SafetensorsReader {
  private static final int LENGTH_BYTES = Long.BYTES;

  private static final Comparator<SafetensorsHeader.Entry> BY_PLACE =
      Comparator.comparingLong(SafetensorsHeader.Entry::begin)
          .thenComparingLong(SafetensorsHeader.Entry::end)
          .thenComparing(entry -> entry.info().name());

  private SafetensorsReader() {}

  /**
   * Lays out one file; the artifact is named as it is.
   *
   * @throws InvalidInputException when it is no whole safetensors file; the message names file and
   *     tensor
   */
  public static ModelInput read(Path file, ReaderOptions options) throws IOException {
    Path model = file.makeQualified(file.getFileSystem());
    return new ModelInput(List.of(new Artifact(model, layout(model, model.getName(), options))));
  }

  /**
   * The layout alone; fails as {@link #read}.
   *
   * @param path of the artifact in its release
   */
  public static ArtifactLayout layout(Path file, String path, ReaderOptions options)
      throws IOException {
    ArtifactPath.check(path);
    long length = ModelFiles.length(file);
    try (InputStream in = new BufferedInputStream(file.getFileSystem().open(file))) {
      long headerBytes = headerBytes(in, length, options.limits().headerBytes());
      List<SafetensorsHeader.Entry> entries =
          SafetensorsHeader.read(new BoundedStream(in, headerBytes), options.limits());
      return layout(path, entries, LENGTH_BYTES + headerBytes, length);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static long headerBytes(InputStream in, long length, long most) throws IOException {
    byte[] bytes = in.readNBytes(LENGTH_BYTES);
    if (bytes.length < LENGTH_BYTES) {
      throw new InvalidInputException(
          "not a safetensors file: %d bytes, expected at least %d"
              .formatted(length, LENGTH_BYTES + 2));
    }
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (header < 2 || header > most || header > length - LENGTH_BYTES) {
      throw new InvalidInputException(
          "not a safetensors file, or truncated: a header of %s bytes, expected 2 to %d"
              .formatted(
                  Long.toUnsignedString(header),
                  Math.min(most, Math.max(0, length - LENGTH_BYTES))));
    }
    return header;
  }

  private static ArtifactLayout layout(
      String path, List<SafetensorsHeader.Entry> entries, long dataStart, long length) {
    List<SafetensorsHeader.Entry> sorted = new ArrayList<>(entries);
    sorted.sort(BY_PLACE);
    List<Section> tensors = new ArrayList<>();
    long position = 0;
    for (SafetensorsHeader.Entry entry : sorted) {
      if (entry.begin() != position) {
        throw new InvalidInputException(
            "tensor '%s' begins at byte %d of the values, expected %d: values have no gaps and do"
                    .formatted(ForeignText.printable(entry.info().name()), entry.begin(), position)
                + " not overlap");
      }
      position = entry.end();
      if (position > length - dataStart) {
        throw new InvalidInputException(
            "tensor '%s' ends at byte %d of the values, of which the file has %d"
                .formatted(
                    ForeignText.printable(entry.info().name()), position, length - dataStart));
      }
      tensors.add(new Section(dataStart + entry.begin(), entry.info().bytes(), entry.info()));
    }
    if (position != length - dataStart) {
      throw new InvalidInputException(
          "%d bytes after the last tensor's values".formatted(length - dataStart - position));
    }
    return ArtifactLayout.of(path, length, tensors);
  }
}
