package io.luntra.modelfiles.pytorch;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.release.ArtifactPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * The entries of a zip file and where their bytes lie (APPNOTE.TXT 6.3.10, ZIP64 included). Nothing
 * is inflated or extracted. Stricter than zip tools: each name once, local headers that agree with
 * the central directory, entries that do not overlap.
 */
final class ZipDirectory {
  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int MAX_COMMENT = 0xffff;
  private static final int LOCATOR_BYTES = 20;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int END64_BYTES = 56;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int ENTRY_BYTES = 46;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int ENCRYPTED = 1;
  private static final int STORED = 0;
  private static final int ZIP64_EXTRA = 1;
  private static final long UNSIGNED_INT = 0xffffffffL;
  private static final int UNSIGNED_SHORT = 0xffff;

  private final FSDataInputStream in;
  private final long length;
  private final ReaderLimits limits;

  /**
   * An entry.
   *
   * @param start of its header in the file
   * @param offset of its first byte after that
   * @param length bytes in the file
   * @param stored whether they are its content, and not compressed
   */
  record Entry(String name, long start, long offset, long length, boolean stored) {
    long end() {
      return offset + length;
    }
  }

  private record Central(String name, long local, long compressed, long size, int method) {}

  private record Place(long entries, long offset, long bytes) {}

  private ZipDirectory(FSDataInputStream in, long length, ReaderLimits limits) {
    this.in = in;
    this.length = length;
    this.limits = limits;
  }

  /**
   * Entries by name, in the order of the directory.
   *
   * @throws InvalidInputException when the file is no zip file, or one that is not as above; the
   *     message does not name the file
   */
  static Map<String, Entry> read(FSDataInputStream in, long length, ReaderLimits limits)
      throws IOException {
    return new ZipDirectory(in, length, limits).read();
  }

  private Map<String, Entry> read() throws IOException {
    Place place = place();
    List<Central> directory = directory(place);
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Central central : directory) {
      Entry entry = entry(central, place.offset());
      if (entries.put(entry.name(), entry) != null) {
        throw new InvalidInputException(
            "zip entry '%s' is there twice; expected each name once".formatted(entry.name()));
      }
    }
    requireApart(entries);
    return entries;
  }

  /** Where the central directory is: by the record at the end, and the one before it for ZIP64. */
  private Place place() throws IOException {
    int tail = (int) Math.min(length, END_BYTES + MAX_COMMENT);
    ByteBuffer bytes = bytes(length - tail, tail, "the end of the zip file");
    int at = tail - END_BYTES;
    while (at >= 0
        && !(bytes.getInt(at) == END_SIGNATURE
            && (bytes.getShort(at + 20) & UNSIGNED_SHORT) == tail - END_BYTES - at)) {
      at--;
    }
    if (at < 0) {
      throw new InvalidInputException(
          "not a zip file, or truncated: it has no end of central directory");
    }
    long end = length - tail + at;
    int entries = bytes.getShort(at + 10) & UNSIGNED_SHORT;
    long directoryBytes = bytes.getInt(at + 12) & UNSIGNED_INT;
    long offset = bytes.getInt(at + 16) & UNSIGNED_INT;
    Place place = new Place(entries, offset, directoryBytes);
    if (entries == UNSIGNED_SHORT || directoryBytes == UNSIGNED_INT || offset == UNSIGNED_INT) {
      place = place64(end);
    }
    if (bytes.getShort(at + 4) != 0 || bytes.getShort(at + 6) != 0) {
      throw new InvalidInputException("a zip file in several parts; expected one");
    }
    if (place.offset() < 0 || place.bytes() < 0 || place.offset() > end - place.bytes()) {
      throw new InvalidInputException(
          "the zip directory, %d bytes at %d, does not end before byte %d"
              .formatted(place.bytes(), place.offset(), end));
    }
    if (place.entries() < 0 || place.entries() > limits.tensors()) {
      throw new InvalidInputException(
          "a zip file of %s entries, expected at most %d"
              .formatted(Long.toUnsignedString(place.entries()), limits.tensors()));
    }
    if (place.bytes() > limits.headerBytes()) {
      throw new InvalidInputException(
          "a zip directory of %d bytes, expected at most %d"
              .formatted(place.bytes(), limits.headerBytes()));
    }
    return place;
  }

  private Place place64(long end) throws IOException {
    long locator = end - LOCATOR_BYTES;
    if (locator < 0) {
      throw new InvalidInputException("the zip file has no ZIP64 locator, which its end asks for");
    }
    ByteBuffer bytes = bytes(locator, LOCATOR_BYTES, "the ZIP64 locator");
    long at = bytes.getLong(8);
    if (bytes.getInt(0) != LOCATOR_SIGNATURE || at < 0 || at > locator - END64_BYTES) {
      throw new InvalidInputException("the zip file has no ZIP64 locator, which its end asks for");
    }
    ByteBuffer record = bytes(at, END64_BYTES, "the ZIP64 end");
    if (record.getInt(0) != END64_SIGNATURE) {
      throw new InvalidInputException("no ZIP64 end at byte %d".formatted(at));
    }
    return new Place(record.getLong(32), record.getLong(48), record.getLong(40));
  }

  private List<Central> directory(Place place) throws IOException {
    List<Central> directory = new ArrayList<>();
    long position = place.offset();
    long end = place.offset() + place.bytes();
    for (long i = 0; i < place.entries(); i++) {
      String where = "zip entry %d of the directory".formatted(i);
      if (position > end - ENTRY_BYTES) {
        throw new InvalidInputException("%s: the directory ends at byte %d".formatted(where, end));
      }
      ByteBuffer head = bytes(position, ENTRY_BYTES, where);
      int nameBytes = head.getShort(28) & UNSIGNED_SHORT;
      int extraBytes = head.getShort(30) & UNSIGNED_SHORT;
      int commentBytes = head.getShort(32) & UNSIGNED_SHORT;
      long next = position + ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
      if (head.getInt(0) != ENTRY_SIGNATURE || next > end) {
        throw new InvalidInputException(
            "%s: malformed at byte %d, or past the directory's end".formatted(where, position));
      }
      if (nameBytes > limits.textBytes()) {
        throw new InvalidInputException(
            "%s: a name of %d bytes, expected at most %d"
                .formatted(where, nameBytes, limits.textBytes()));
      }
      ByteBuffer texts = bytes(position + ENTRY_BYTES, nameBytes + extraBytes, where);
      String name = name(texts, nameBytes);
      if ((head.getShort(8) & ENCRYPTED) != 0) {
        throw new InvalidInputException("zip entry '%s' is encrypted".formatted(name));
      }
      directory.add(central(name, head, texts.slice(nameBytes, extraBytes)));
      position = next;
    }
    if (position != end) {
      throw new InvalidInputException(
          "%d bytes of the zip directory belong to no entry".formatted(end - position));
    }
    return directory;
  }

  private static String name(ByteBuffer texts, int bytes) {
    byte[] name = new byte[bytes];
    texts.get(0, name);
    String text = new String(name, StandardCharsets.UTF_8);
    // A folder's entry ends in a slash.
    ArtifactPath.check(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    return text;
  }

  private static Central central(String name, ByteBuffer head, ByteBuffer extra) {
    long compressed = head.getInt(20) & UNSIGNED_INT;
    long size = head.getInt(24) & UNSIGNED_INT;
    long local = head.getInt(42) & UNSIGNED_INT;
    ByteBuffer wide = zip64(name, extra.order(ByteOrder.LITTLE_ENDIAN));
    size = size == UNSIGNED_INT ? wide(name, wide) : size;
    compressed = compressed == UNSIGNED_INT ? wide(name, wide) : compressed;
    local = local == UNSIGNED_INT ? wide(name, wide) : local;
    return new Central(name, local, compressed, size, head.getShort(10) & UNSIGNED_SHORT);
  }

  /** The ZIP64 extra field, empty where there is none. */
  private static ByteBuffer zip64(String name, ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & UNSIGNED_SHORT;
      int bytes = extra.getShort() & UNSIGNED_SHORT;
      if (bytes > extra.remaining()) {
        throw new InvalidInputException(
            "zip entry '%s': an extra field of %d bytes in %d"
                .formatted(name, bytes, extra.remaining()));
      }
      if (id == ZIP64_EXTRA) {
        return extra.slice(extra.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + bytes);
    }
    return ByteBuffer.allocate(0);
  }

  private static long wide(String name, ByteBuffer field) {
    long value = field.remaining() >= Long.BYTES ? field.getLong() : -1;
    if (value < 0) {
      throw new InvalidInputException(
          "zip entry '%s': its ZIP64 field is missing or malformed".formatted(name));
    }
    return value;
  }

  private Entry entry(Central central, long directory) throws IOException {
    String name = central.name();
    if (central.local() > directory - LOCAL_BYTES) {
      throw new InvalidInputException(
          "zip entry '%s' is at byte %d, past the last before the directory"
              .formatted(name, central.local()));
    }
    ByteBuffer head = bytes(central.local(), LOCAL_BYTES, "zip entry '%s'".formatted(name));
    int nameBytes = head.getShort(26) & UNSIGNED_SHORT;
    long offset = central.local() + LOCAL_BYTES + nameBytes + (head.getShort(28) & UNSIGNED_SHORT);
    if (head.getInt(0) != LOCAL_SIGNATURE
        || (head.getShort(8) & UNSIGNED_SHORT) != central.method()
        || !isNamed(central, nameBytes)) {
      throw new InvalidInputException(
          "zip entry '%s': its header at byte %d says otherwise than the directory"
              .formatted(name, central.local()));
    }
    boolean stored = central.method() == STORED;
    if (offset > directory
        || central.compressed() > directory - offset
        || (stored && central.compressed() != central.size())) {
      throw new InvalidInputException(
          "zip entry '%s': %d bytes at %d, of which %d are in the file, before byte %d"
              .formatted(name, central.size(), offset, central.compressed(), directory));
    }
    return new Entry(name, central.local(), offset, central.compressed(), stored);
  }

  private boolean isNamed(Central central, int nameBytes) throws IOException {
    byte[] expected = central.name().getBytes(StandardCharsets.UTF_8);
    if (nameBytes != expected.length) {
      return false;
    }
    ByteBuffer found = bytes(central.local() + LOCAL_BYTES, nameBytes, central.name());
    return found.equals(ByteBuffer.wrap(expected));
  }

  private static void requireApart(Map<String, Entry> entries) {
    List<Entry> byPlace = new ArrayList<>(entries.values());
    byPlace.sort(Comparator.comparingLong(Entry::start));
    for (int i = 1; i < byPlace.size(); i++) {
      Entry before = byPlace.get(i - 1);
      if (byPlace.get(i).start() < before.end()) {
        throw new InvalidInputException(
            "zip entries '%s' and '%s' overlap".formatted(before.name(), byPlace.get(i).name()));
      }
    }
  }

  private ByteBuffer bytes(long offset, int count, String where) throws IOException {
    if (offset < 0 || offset > length - count) {
      throw new InvalidInputException(
          "%s: %d bytes at %d of a file of %d".formatted(where, count, offset, length));
    }
    if (in.getPos() != offset) {
      in.seek(offset);
    }
    byte[] bytes = new byte[count];
    int read = in.readNBytes(bytes, 0, count);
    if (read != count) {
      throw new InvalidInputException(
          "%s: expected %d bytes at %d, found %d".formatted(where, count, offset, read));
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
