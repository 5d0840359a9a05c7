package io.luntra.modelfiles.onnx;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * Varints, tags and lengths of the protobuf wire format over a file, through a small buffer. Every
 * read names the end of the message that it is in and refuses to pass it.
 */
final class WireReader implements AutoCloseable {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int MAX_VARINT_BYTES = 10;

  private final FSDataInputStream stream;
  private final String file;
  private final long length;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long bufferOffset;
  private int bufferLength;
  private int next;
  private String tensor;

  WireReader(FSDataInputStream stream, String file, long length) {
    this.stream = stream;
    this.file = file;
    this.length = length;
  }

  long length() {
    return length;
  }

  long position() {
    return bufferOffset + next;
  }

  /** The tensor that failures are about from here on; null for none. */
  void tensor(String description) {
    tensor = description;
  }

  void skipTo(long position) throws IOException {
    if (position >= bufferOffset && position <= bufferOffset + bufferLength) {
      next = (int) (position - bufferOffset);
      return;
    }
    stream.seek(position);
    bufferOffset = position;
    bufferLength = 0;
    next = 0;
  }

  /** A tag of field number 1 to 2^29 - 1 and wire type 0, 1, 2 or 5. */
  int tag(long end) throws IOException {
    long at = position();
    long tag = varint(end);
    if (tag >>> 32 != 0 || tag >>> 3 == 0) {
      throw invalid(at, "not a protobuf field: tag " + Long.toUnsignedString(tag));
    }
    int wire = (int) (tag & 7);
    if (wire != VARINT && wire != FIXED64 && wire != LENGTH && wire != FIXED32) {
      throw invalid(
          at, "field %d has wire type %d; expected 0, 1, 2 or 5".formatted(tag >>> 3, wire));
    }
    return (int) tag;
  }

  /** A varint of at most 64 bits. */
  long varint(long end) throws IOException {
    long at = position();
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (position() >= end) {
        throw invalid(at, "a varint runs past the end of its message at byte " + end + cut(end));
      }
      int b = read();
      if (i == MAX_VARINT_BYTES - 1 && b > 1) {
        break;
      }
      value |= (long) (b & 0x7f) << (7 * i);
      if (b < 0x80) {
        return value;
      }
    }
    throw invalid(at, "a varint is longer than 64 bits");
  }

  /** The length of a field; what it counts lies before the end of the message. */
  long fieldLength(long end, String field) throws IOException {
    long at = position();
    long bytes = varint(end);
    checkFits(at, field, bytes, end);
    return bytes;
  }

  /** Passes over the value of a field of the wire type given. */
  void skipValue(int wire, long end, String field) throws IOException {
    switch (wire) {
      case VARINT -> varint(end);
      case FIXED64 -> skipFixed(8, end, field);
      case FIXED32 -> skipFixed(4, end, field);
      default -> {
        long bytes = fieldLength(end, field);
        skipTo(position() + bytes);
      }
    }
  }

  private void skipFixed(int bytes, long end, String field) throws IOException {
    checkFits(position(), field, bytes, end);
    skipTo(position() + bytes);
  }

  private void checkFits(long at, String field, long bytes, long end) {
    long left = end - position();
    if (Long.compareUnsigned(bytes, left) > 0) {
      throw invalid(
          at,
          "%s declares %s bytes, %d are left%s"
              .formatted(field, Long.toUnsignedString(bytes), left, cut(end)));
    }
  }

  /** UTF-8 of a length-delimited field, at most {@code limit} bytes. */
  String text(long end, String field, int limit) throws IOException {
    long at = position();
    long bytes = fieldLength(end, field);
    if (bytes > limit) {
      throw invalid(at, "%s of %d bytes; expected at most %d".formatted(field, bytes, limit));
    }
    byte[] utf8 = new byte[(int) bytes];
    for (int i = 0; i < utf8.length; i++) {
      utf8[i] = (byte) read();
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(where(at) + field + " is not UTF-8", e);
    }
  }

  InvalidInputException invalid(long offset, String what) {
    return new InvalidInputException(where(offset) + what);
  }

  private String where(long offset) {
    return file + (tensor == null ? "" : ", " + tensor) + ", byte " + offset + ": ";
  }

  private String cut(long end) {
    return end == length ? " in the file: truncated, or not an ONNX model" : " in its message";
  }

  private int read() throws IOException {
    if (next == bufferLength) {
      fill();
    }
    return buffer[next++] & 0xff;
  }

  private void fill() throws IOException {
    bufferOffset += bufferLength;
    next = 0;
    bufferLength = 0;
    int read = stream.read(buffer, 0, buffer.length);
    if (read <= 0) {
      throw invalid(
          bufferOffset, "the file ended; expected %d bytes: did it change?".formatted(length));
    }
    bufferLength = read;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
