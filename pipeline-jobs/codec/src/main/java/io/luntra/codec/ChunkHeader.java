package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;

import java.util.Objects;

/**
 * The fixed-size head of an encoded chunk.
 *
 * @param codec how the body is written
 * @param layout what the codec needs to know of the elements; see FORMAT.md
 * @param rawLength bytes of the decoded chunk, 0 to {@link #MAX_RAW_LENGTH}
 * @param bodyLength bytes that follow the header, 0 to rawLength
 * @param rowElements elements per row where the codec has rows, otherwise 0
 */
public record ChunkHeader(
    ChunkCodec codec, int layout, int rawLength, int bodyLength, int rowElements) {

  /** Bytes of a header. */
  public static final int BYTES = 16;

  /** Largest decoded chunk, in bytes. */
  public static final int MAX_RAW_LENGTH = 16 << 20;

  /** The format version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  private static final int CODEC = 1;
  private static final int LAYOUT = 2;
  private static final int RESERVED = 3;
  private static final int RAW_LENGTH = 4;
  private static final int BODY_LENGTH = 8;
  private static final int ROW_ELEMENTS = 12;

  public ChunkHeader {
    Objects.requireNonNull(codec, "codec");
    if (rawLength < 0
        || rawLength > MAX_RAW_LENGTH
        || bodyLength < 0
        || bodyLength > rawLength
        || rowElements < 0
        || layout < 0
        || layout > 255) {
      throw new IllegalArgumentException(
          "Header of %s, layout %d, %d bytes as %d, row of %d"
              .formatted(codec, layout, rawLength, bodyLength, rowElements));
    }
  }

  /** Bytes of the encoded chunk, header included. */
  public int encodedLength() {
    return BYTES + bodyLength;
  }

  void write(byte[] target, int offset) {
    target[offset] = VERSION;
    target[offset + CODEC] = (byte) codec.id();
    target[offset + LAYOUT] = (byte) layout;
    target[offset + RESERVED] = 0;
    INT.set(target, offset + RAW_LENGTH, rawLength);
    INT.set(target, offset + BODY_LENGTH, bodyLength);
    INT.set(target, offset + ROW_ELEMENTS, rowElements);
  }

  /** Reads 16 bytes; the caller has checked that they are there. */
  static ChunkHeader read(byte[] source, int offset) {
    int version = source[offset] & 0xff;
    if (version != VERSION) {
      throw new MalformedChunkException(
          offset, "format version " + version + ", expected " + VERSION);
    }
    ChunkCodec codec = ChunkCodec.fromId(source[offset + CODEC] & 0xff, offset + CODEC);
    if (source[offset + RESERVED] != 0) {
      throw new MalformedChunkException(offset + RESERVED, "reserved byte is not 0");
    }
    long rawLength = unsigned(source, offset + RAW_LENGTH);
    if (rawLength > MAX_RAW_LENGTH) {
      throw new MalformedChunkException(
          offset + RAW_LENGTH, rawLength + " bytes decoded, at most " + MAX_RAW_LENGTH);
    }
    long bodyLength = unsigned(source, offset + BODY_LENGTH);
    if (bodyLength > rawLength) {
      throw new MalformedChunkException(
          offset + BODY_LENGTH,
          "body of " + bodyLength + " bytes for a chunk of " + rawLength + " bytes");
    }
    int layout = source[offset + LAYOUT] & 0xff;
    int raw = (int) rawLength;
    boolean fits =
        switch (codec) {
          case RAW -> layout == 0 && bodyLength == raw;
          case CONSTANT ->
              (layout == 1 || layout == 2 || layout == 4 || layout == 8)
                  && raw % layout == 0
                  && bodyLength == layout;
          case PLANES ->
              PlaneLayout.isKnown(layout) && raw % PlaneLayout.fromId(layout).rawWidth() == 0;
          case INT8_ROWS -> layout == 0 && raw % Float.BYTES == 0;
        };
    if (!fits) {
      throw new MalformedChunkException(
          offset + LAYOUT,
          "%s with layout %d, %d bytes decoded, body of %d bytes"
              .formatted(codec, layout, raw, bodyLength));
    }
    long rowElements = unsigned(source, offset + ROW_ELEMENTS);
    boolean hasRows = codec == ChunkCodec.INT8_ROWS;
    if (rowElements > Integer.MAX_VALUE || hasRows != rowElements > 0) {
      throw new MalformedChunkException(
          offset + ROW_ELEMENTS, "rows of " + rowElements + " elements in " + codec);
    }
    return new ChunkHeader(codec, layout, raw, (int) bodyLength, (int) rowElements);
  }

  private static long unsigned(byte[] source, int offset) {
    return Integer.toUnsignedLong((int) INT.get(source, offset));
  }
}
