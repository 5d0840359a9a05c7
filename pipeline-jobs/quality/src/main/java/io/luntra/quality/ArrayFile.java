package io.luntra.quality;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A user's own samples for a model of any kind: an NPZ file of NumPy with one array for each of its
 * inputs, by the input's name, sample after sample along the first dimension: the input's own where
 * the array has its rank, as of a batch, else one before it. FP32, FP64, int32 and int64,
 * little-endian, in C order.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the NPY
 *     format</a>
 */
public final class ArrayFile {
  /** Bytes of all arrays, at most: 256 MiB. */
  public static final long MAX_BYTES = 256L << 20;

  private static final String SUFFIX = ".npz";
  private static final String ENTRY_SUFFIX = ".npy";
  private static final int MAX_ARRAYS = 64;
  private static final int MAX_HEADER = 10_000;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  private final Map<String, SampleArray> arrays;
  private final int samples;

  private ArrayFile(Map<String, SampleArray> arrays, int samples) {
    this.arrays = Map.copyOf(arrays);
    this.samples = samples;
  }

  /** Whether a file is one, by its name. */
  public static boolean isOne(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(SUFFIX);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it is missing, malformed, too large, or its arrays are not
   *     of as many samples each
   */
  public static ArrayFile read(Path file) {
    Map<String, SampleArray> arrays = new TreeMap<>();
    long left = MAX_BYTES;
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (!name.endsWith(ENTRY_SUFFIX) || arrays.size() == MAX_ARRAYS) {
          throw new InvalidInputException(
              "entry '%s': expected at most %d arrays, each NAME%s"
                  .formatted(ForeignText.printable(name), MAX_ARRAYS, ENTRY_SUFFIX));
        }
        String input = name.substring(0, name.length() - ENTRY_SUFFIX.length());
        SampleArray array = array(input, zip, left);
        left -= array.bytes();
        if (arrays.put(input, array) != null) {
          throw new InvalidInputException(
              "array '%s' is there twice".formatted(ForeignText.printable(input)));
        }
      }
      return new ArrayFile(arrays, samples(arrays));
    } catch (InvalidInputException e) {
      throw new InvalidInputException("Samples %s: %s".formatted(file, e.getMessage()), e);
    } catch (IOException | IllegalArgumentException e) {
      // A name that is not UTF-8 is an IllegalArgumentException of ZipInputStream.
      throw new InvalidInputException("Samples %s can't be read: %s".formatted(file, e), e);
    }
  }

  private static int samples(Map<String, SampleArray> arrays) {
    Integer samples = null;
    for (Map.Entry<String, SampleArray> array : arrays.entrySet()) {
      int found = array.getValue().samples();
      if (samples != null && found != samples) {
        throw new InvalidInputException(
            "array '%s' has %d samples, one before it %d"
                .formatted(ForeignText.printable(array.getKey()), found, samples));
      }
      samples = found;
    }
    if (samples == null || samples == 0) {
      throw new InvalidInputException("it has no samples");
    }
    return samples;
  }

  private static SampleArray array(String name, InputStream zip, long most) throws IOException {
    String where = "array '%s'".formatted(ForeignText.printable(name));
    DataInputStream in = new DataInputStream(zip);
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new InvalidInputException(where + " does not begin as the NPY format does");
    }
    int version = in.readUnsignedByte();
    in.readUnsignedByte();
    int length =
        version == 1
            ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
            : Integer.reverseBytes(in.readInt());
    if (version < 1 || version > 3 || length < 0 || length > MAX_HEADER) {
      throw new InvalidInputException(
          "%s: NPY version %d with a header of %d bytes, expected version 1 to 3 and at most %d"
              .formatted(where, version, length, MAX_HEADER));
    }
    String header = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    String type = field(TYPE, header, where);
    SampleArray.Type known =
        SampleArray.Type.of(type)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s is of type %s, expected <f4, <f8, <i4 or <i8"
                            .formatted(where, ForeignText.printable(type))));
    if (field(ORDER, header, where).equals("True")) {
      throw new InvalidInputException(where + " is in Fortran's order, expected C's");
    }
    List<Long> shape = shape(field(SHAPE, header, where), where);
    long bytes = known.width();
    for (long dimension : shape) {
      if (dimension > 0 && bytes > most / dimension) {
        throw new InvalidInputException(
            "%s of shape %s: expected at most %d bytes in all".formatted(where, shape, MAX_BYTES));
      }
      bytes *= dimension;
    }
    byte[] values = in.readNBytes((int) bytes);
    if (values.length < bytes || in.read() >= 0) {
      throw new InvalidInputException(
          "%s of shape %s: expected %d bytes of values, found %s"
              .formatted(where, shape, bytes, values.length < bytes ? values.length : "more"));
    }
    return new SampleArray(known, shape, ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static String field(Pattern pattern, String header, String where) {
    Matcher found = pattern.matcher(header);
    if (!found.find()) {
      throw new InvalidInputException(where + " has a header that is not of the NPY format");
    }
    return found.group(1);
  }

  private static List<Long> shape(String text, String where) {
    List<Long> shape = new ArrayList<>();
    for (String dimension : text.split(",", -1)) {
      if (dimension.isBlank()) {
        continue;
      }
      try {
        shape.add(Long.parseUnsignedLong(dimension.strip()));
      } catch (NumberFormatException e) {
        throw new InvalidInputException(
            "%s has the shape (%s)".formatted(where, ForeignText.printable(text)), e);
      }
      if (shape.get(shape.size() - 1) < 0) {
        throw new InvalidInputException("%s has a dimension above 2^63".formatted(where));
      }
    }
    if (shape.isEmpty() || shape.get(0) > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "%s has the shape (%s), expected samples along its first dimension"
              .formatted(where, ForeignText.printable(text)));
    }
    return shape;
  }

  /** Arrays by the names of inputs. */
  Map<String, SampleArray> arrays() {
    return arrays;
  }

  /** How many samples each array has. */
  public int samples() {
    return samples;
  }
}
