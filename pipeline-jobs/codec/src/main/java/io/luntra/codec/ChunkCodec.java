package io.luntra.codec;

/** How the body of an encoded chunk is written; see FORMAT.md. */
public enum ChunkCodec {
  /** The chunk as it is. */
  RAW(0),
  /** One element that every element of the chunk equals. */
  CONSTANT(1),
  /** Byte planes of the elements' bits, most significant first. */
  PLANES(2),
  /** FP32 as 8-bit integers times a bfloat16 scale per row. */
  INT8_ROWS(3);

  private final int id;

  ChunkCodec(int id) {
    this.id = id;
  }

  /** Value of the header's codec byte. */
  public int id() {
    return id;
  }

  /** Whether the decoded chunk equals the original bit for bit. */
  public boolean isExact() {
    return this != INT8_ROWS;
  }

  static ChunkCodec fromId(int id, int offset) {
    for (ChunkCodec codec : values()) {
      if (codec.id == id) {
        return codec;
      }
    }
    throw new MalformedChunkException(offset, "unknown codec " + id);
  }
}
