package io.luntra.codec;

import java.util.Objects;

/**
 * The head of an encoded chunk.
 *
 * @param codec how the body is written
 * @param layout what the codec needs to know of the elements, 0 to 15; see FORMAT.md
 * @param rawLength bytes of the decoded chunk, 0 to {@link #MAX_RAW_LENGTH}
 * @param bodyLength bytes that follow the header, 0 to rawLength
 */
public record ChunkHeader(ChunkCodec codec, int layout, int rawLength, int bodyLength) {

  /** Bytes of the longest header. */
  public static final int MAX_BYTES = 10;

  /** Largest decoded chunk, in bytes. */
  public static final int MAX_RAW_LENGTH = 16 << 20;

  /** The format version that is written, and the only one that is read. */
  public static final int VERSION = 2;

  private static final int LAYOUT_BITS = 4;
  private static final int LAYOUT_MASK = (1 << LAYOUT_BITS) - 1;

  public ChunkHeader {
    Objects.requireNonNull(codec, "codec");
    if (rawLength < 0
        || rawLength > MAX_RAW_LENGTH
        || bodyLength < 0
        || bodyLength > rawLength
        || layout < 0
        || layout > LAYOUT_MASK) {
      throw new IllegalArgumentException(
          "Header of %s, layout %d, %d bytes as %d"
              .formatted(codec, layout, rawLength, bodyLength));
    }
  }

  /** Bytes of the header. */
  public int length() {
    return 2 + varintLength(rawLength) + (impliesBody(codec) ? 0 : varintLength(bodyLength));
  }

  /** Bytes of the encoded chunk, header included. */
  public int encodedLength() {
    return length() + bodyLength;
  }

  private static boolean impliesBody(ChunkCodec codec) {
    return codec == ChunkCodec.RAW || codec == ChunkCodec.CONSTANT;
  }

  private static int varintLength(int value) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
  }

  void write(Output out) {
    out.put(VERSION);
    out.put((codec.id() << LAYOUT_BITS) | layout);
    out.putVarint(rawLength);
    if (!impliesBody(codec)) {
      out.putVarint(bodyLength);
    }
  }

  static ChunkHeader read(Input in) {
    int start = in.at();
    int version = in.get();
    if (version != VERSION) {
      throw new MalformedChunkException(
          start, "format version %d, expected %d".formatted(version, VERSION));
    }
    int kind = in.get();
    ChunkCodec codec = ChunkCodec.fromId(kind >>> LAYOUT_BITS, start + 1);
    int layout = kind & LAYOUT_MASK;
    int at = in.at();
    int rawLength = in.getVarint();
    if (rawLength > MAX_RAW_LENGTH) {
      throw new MalformedChunkException(
          at, rawLength + " bytes decoded, at most " + MAX_RAW_LENGTH);
    }
    at = in.at();
    int bodyLength =
        switch (codec) {
          case RAW -> rawLength;
          case CONSTANT -> layout;
          default -> in.getVarint();
        };
    if (bodyLength > rawLength) {
      throw new MalformedChunkException(
          at, "body of %d bytes for a chunk of %d bytes".formatted(bodyLength, rawLength));
    }
    boolean fits =
        switch (codec) {
          case RAW -> layout == 0;
          case CONSTANT ->
              (layout == 1 || layout == 2 || layout == 4 || layout == 8) && rawLength % layout == 0;
          case PLANES, BITS_DELTA ->
              PlaneLayout.isKnown(layout) && rawLength % PlaneLayout.fromId(layout).rawWidth() == 0;
          case GRID, GRID_DELTA ->
              GridLayout.isKnown(layout)
                  && rawLength % GridLayout.fromId(layout).type().width() == 0;
        };
    if (!fits) {
      throw new MalformedChunkException(
          start + 1, "%s with layout %d, %d bytes decoded".formatted(codec, layout, rawLength));
    }
    return new ChunkHeader(codec, layout, rawLength, bodyLength);
  }
}
