package io.luntra.modelfiles.gguf;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ArtifactPath;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.core.fs.Path;

/**
 * Reads how a GGUF file is laid out, without its values (docs/gguf.md of ggml, versions 2 and 3,
 * little-endian): magic, version, counts; keys with values; the tensors' names, shapes, types and
 * places; then their values, each from a multiple of the alignment on.
 *
 * <p>Shapes are those of the rows: GGUF writes the innermost dimension first. Types that are not
 * read keep their values as container bytes.
 */
public final class GgufReader {
  private static final int MAGIC = 0x46554747;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final long MAX_ALIGNMENT = 1 << 20;
  private static final String ALIGNMENT = "general.alignment";
  private static final String ARCHITECTURE = "general.architecture";
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int UINT32 = 4;

  /** Bytes of a value, by its type; strings and arrays have their own length. */
  private static final int[] VALUE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private final InputStream in;
  private final long length;
  private final ReaderLimits limits;
  private long position;
  private long alignment = DEFAULT_ALIGNMENT;
  private String architecture;

  /** A tensor, its place counted from where the values begin; no info where the type is unknown. */
  private record Placed(String name, TensorInfo info, long offset) {}

  private GgufReader(InputStream in, long length, ReaderLimits limits) {
    this.in = in;
    this.length = length;
    this.limits = limits;
  }

  /**
   * Lays out one file; the artifact is named as it is.
   *
   * @throws InvalidInputException when it is no whole GGUF file; the message names file, tensor and
   *     byte
   */
  public static ModelInput read(Path file, ReaderOptions options) throws IOException {
    Path model = file.makeQualified(file.getFileSystem());
    ArtifactPath.check(model.getName());
    long length = ModelFiles.length(model);
    try (InputStream in = new BufferedInputStream(model.getFileSystem().open(model))) {
      List<Section> tensors = new GgufReader(in, length, options.limits()).read();
      return new ModelInput(
          List.of(new Artifact(model, ArtifactLayout.of(model.getName(), length, tensors))));
    } catch (EOFException e) {
      throw new InvalidInputException(
          "%s: not a GGUF file, or truncated: it has %d bytes".formatted(model, length), e);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(model, e.getMessage()), e);
    }
  }

  /**
   * The model's architecture, where the file says one.
   *
   * @throws InvalidInputException as {@link #read}
   */
  public static Optional<String> architecture(Path file, ReaderOptions options) throws IOException {
    long length = ModelFiles.length(file);
    try (InputStream in = new BufferedInputStream(file.getFileSystem().open(file))) {
      GgufReader reader = new GgufReader(in, length, options.limits());
      reader.read();
      return Optional.ofNullable(reader.architecture).map(ForeignText::printable);
    }
  }

  private List<Section> read() throws IOException {
    if (number(Integer.BYTES) != MAGIC) {
      throw new InvalidInputException("not a GGUF file: it does not begin with GGUF");
    }
    long version = number(Integer.BYTES);
    if (version != 2 && version != 3) {
      throw new InvalidInputException(
          "GGUF version %d, expected 2 or 3, little-endian".formatted(version));
    }
    long tensors = count("tensors");
    long keys = count("keys");
    for (long i = 0; i < keys; i++) {
      readKey();
    }
    List<Placed> placed = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long i = 0; i < tensors; i++) {
      Placed tensor = readTensor();
      if (!names.add(tensor.name())) {
        throw new InvalidInputException(
            "two tensors '%s'; expected each name once"
                .formatted(ForeignText.printable(tensor.name())));
      }
      placed.add(tensor);
    }
    return sections(placed, aligned(position));
  }

  private long count(String what) throws IOException {
    long count = number(Long.BYTES);
    if (count < 0 || count > limits.tensors()) {
      throw new InvalidInputException(
          "%s %s, expected at most %d"
              .formatted(Long.toUnsignedString(count), what, limits.tensors()));
    }
    return count;
  }

  private void readKey() throws IOException {
    long at = position;
    String key = text("key name", limits.textBytes());
    int type = type(key);
    if (key.equals(ALIGNMENT)) {
      if (type != UINT32) {
        throw new InvalidInputException("%s of type %d, expected %d".formatted(key, type, UINT32));
      }
      alignment = number(Integer.BYTES);
      if (alignment < 1 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
        throw new InvalidInputException(
            "%s %d, expected a power of two up to %d".formatted(key, alignment, MAX_ALIGNMENT));
      }
    } else if (key.equals(ARCHITECTURE) && type == STRING) {
      architecture = text(key, limits.textBytes());
    } else {
      skipValue(key, type, 0);
    }
    requireShort(at);
  }

  private int type(String key) throws IOException {
    long type = number(Integer.BYTES);
    if (type < 0 || type >= VALUE_BYTES.length) {
      throw new InvalidInputException(
          "key '%s': type %d, expected 0 to %d"
              .formatted(ForeignText.printable(key), type, VALUE_BYTES.length - 1));
    }
    return (int) type;
  }

  private void skipValue(String key, int type, int depth) throws IOException {
    if (type == STRING) {
      skip(number(Long.BYTES), "key '%s'".formatted(ForeignText.printable(key)));
    } else if (type == ARRAY) {
      if (depth == limits.nesting()) {
        throw new InvalidInputException(
            "key '%s': arrays nested more than %d deep"
                .formatted(ForeignText.printable(key), limits.nesting()));
      }
      int element = type(key);
      long elements = number(Long.BYTES);
      if (VALUE_BYTES[element] > 0) {
        long bytes = elements < 0 || elements > length ? length : elements * VALUE_BYTES[element];
        skip(bytes, "key '%s'".formatted(ForeignText.printable(key)));
        return;
      }
      // Each string or array takes at least 8 bytes, so that the file's end ends this.
      for (long i = 0; i != elements; i++) {
        skipValue(key, element, depth + 1);
      }
    } else {
      skip(VALUE_BYTES[type], "key '%s'".formatted(ForeignText.printable(key)));
    }
  }

  private void requireShort(long at) {
    if (position > limits.headerBytes()) {
      throw new InvalidInputException(
          "a header of more than %d bytes, the key at byte %d among them"
              .formatted(limits.headerBytes(), at));
    }
  }

  private Placed readTensor() throws IOException {
    String name = text("tensor name", limits.textBytes());
    String where = "tensor '%s'".formatted(ForeignText.printable(name));
    long rank = number(Integer.BYTES);
    if (rank > limits.rank()) {
      throw new InvalidInputException(
          "%s: %d dimensions, expected at most %d".formatted(where, rank, limits.rank()));
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      shape.add(0, number(Long.BYTES));
    }
    long type = number(Integer.BYTES);
    long offset = number(Long.BYTES);
    if (offset < 0 || offset % alignment != 0 || offset > length) {
      throw new InvalidInputException(
          "%s: values at %s after the header, expected a multiple of %d in a file of %d bytes"
              .formatted(where, Long.toUnsignedString(offset), alignment, length));
    }
    DataType dtype = GgufType.of(type).orElse(null);
    if (dtype == null) {
      return new Placed(name, null, offset);
    }
    long row = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
    if (row % dtype.blockElements() != 0) {
      throw new InvalidInputException(
          "%s: rows of %d elements, expected a multiple of %d of %s"
              .formatted(where, row, dtype.blockElements(), dtype));
    }
    return new Placed(name, new TensorInfo(name, dtype, shape), offset);
  }

  private List<Section> sections(List<Placed> placed, long start) {
    List<Placed> sorted = new ArrayList<>(placed);
    sorted.sort(Comparator.comparingLong(Placed::offset));
    List<Section> sections = new ArrayList<>();
    for (Placed tensor : sorted) {
      String where = "tensor '%s'".formatted(ForeignText.printable(tensor.name()));
      long offset = start + tensor.offset();
      long end = sections.isEmpty() ? start : sections.get(sections.size() - 1).end();
      long bytes = tensor.info() == null ? 0 : tensor.info().bytes();
      if (offset > length || bytes > length - offset) {
        throw new InvalidInputException(
            "%s: %d bytes at %d of a file of %d".formatted(where, bytes, offset, length));
      }
      if (offset < end) {
        throw new InvalidInputException(
            "%s: values at byte %d, where those before it end at %d".formatted(where, offset, end));
      }
      if (tensor.info() != null) {
        sections.add(new Section(offset, bytes, tensor.info()));
      }
    }
    return sections;
  }

  private long aligned(long offset) {
    return (offset + alignment - 1) / alignment * alignment;
  }

  private String text(String what, int most) throws IOException {
    long at = position;
    long bytes = number(Long.BYTES);
    if (bytes < 0 || bytes > most) {
      throw new InvalidInputException(
          "%s at byte %d: %s bytes, expected at most %d"
              .formatted(what, at, Long.toUnsignedString(bytes), most));
    }
    byte[] text = in.readNBytes((int) bytes);
    position += text.length;
    if (text.length < bytes) {
      throw new EOFException();
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  /** A little-endian number; one of 8 bytes from 2^63 on is negative. */
  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      int read = in.read();
      if (read < 0) {
        throw new EOFException();
      }
      number |= (long) read << (8 * i);
      position++;
    }
    return number;
  }

  private void skip(long bytes, String where) throws IOException {
    if (bytes < 0 || bytes > length - position) {
      throw new InvalidInputException(
          "%s: a value of %s bytes at byte %d of a file of %d"
              .formatted(where, Long.toUnsignedString(bytes), position, length));
    }
    in.skipNBytes(bytes);
    position += bytes;
    requireShort(position);
  }
}
