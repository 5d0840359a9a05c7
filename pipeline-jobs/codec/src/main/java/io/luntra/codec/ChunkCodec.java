package io.luntra.codec;

/** How the body of an encoded chunk is written; see FORMAT.md. */
public enum ChunkCodec {
  /** The chunk as it is. */
  RAW(0),
  /** One element that every element of the chunk equals. */
  CONSTANT(1),
  /** Byte planes of the elements' bits, most significant first. */
  PLANES(2),
  /** Floating point as integer levels times a bfloat16 step per block. */
  GRID(3),
  /** As GRID, of the difference to the parent's values. */
  GRID_DELTA(4),
  /** Integer differences to the bits of the parent's elements. */
  BITS_DELTA(5);

  private final int id;

  ChunkCodec(int id) {
    this.id = id;
  }

  /** Number in the header. */
  public int id() {
    return id;
  }

  /** Whether the decoded chunk equals the original bit for bit. */
  public boolean isExact() {
    return this != GRID && this != GRID_DELTA;
  }

  /** Whether the chunk cannot be decoded without its parent. */
  public boolean needsParent() {
    return this == GRID_DELTA || this == BITS_DELTA;
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
