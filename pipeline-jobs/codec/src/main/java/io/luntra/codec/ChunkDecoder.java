package io.luntra.codec;

import java.util.Objects;

/**
 * Turns encoded chunks back into tensor chunks. A shard's payload is walked with {@link
 * #readHeader} and {@link ChunkHeader#encodedLength}. Every size is checked before memory is taken:
 * an instance holds at most a few times a chunk's length beside what it returns. It keeps a native
 * context: one thread at a time, closed when done.
 */
public final class ChunkDecoder implements AutoCloseable {
  private final PlaneReader planes = new PlaneReader();
  private final LosslessDecoder lossless = new LosslessDecoder();
  private final GridBody.Reader grids = new GridBody.Reader();

  private ChunkDecoder() {}

  /** A new decoder. */
  public static ChunkDecoder create() {
    return new ChunkDecoder();
  }

  /**
   * Reads the header of the encoded chunk at {@code offset}, of which the body need not be there.
   *
   * @throws MalformedChunkException if there is no header
   */
  public static ChunkHeader readHeader(byte[] source, int offset) {
    Objects.checkFromToIndex(offset, source.length, source.length);
    return ChunkHeader.read(new Input(source, offset, source.length - offset));
  }

  /**
   * Decodes the encoded chunk that fills {@code length} bytes from {@code offset}; no bytes stand
   * for the parent's chunk.
   *
   * @param expectedRawLength bytes that the chunk must decode to
   * @param parent what the parent release decodes to in this place, {@code expectedRawLength}
   *     bytes, or null where there is none; only read
   * @return a new array of {@code expectedRawLength} bytes
   * @throws MalformedChunkException if the bytes are not one encoded chunk of that length. Damage
   *     that leaves a valid chunk is for the caller's hash to find.
   */
  public byte[] decode(
      byte[] source, int offset, int length, int expectedRawLength, byte[] parent) {
    Objects.checkFromIndexSize(offset, length, source.length);
    if (parent != null && parent.length != expectedRawLength) {
      throw new IllegalArgumentException(
          "Parent of %d bytes for a chunk of %d".formatted(parent.length, expectedRawLength));
    }
    if (length == 0) {
      if (parent == null) {
        throw new MalformedChunkException(offset, "the parent's chunk, but there is no parent");
      }
      return parent.clone();
    }
    Input in = new Input(source, offset, length);
    ChunkHeader header = ChunkHeader.read(in);
    if (header.rawLength() != expectedRawLength) {
      throw new MalformedChunkException(
          offset, "%d bytes decoded, expected %d".formatted(header.rawLength(), expectedRawLength));
    }
    if (header.encodedLength() != length) {
      throw new MalformedChunkException(
          offset, "%d bytes encoded, %d given".formatted(header.encodedLength(), length));
    }
    if (header.codec().needsParent() && parent == null) {
      throw new MalformedChunkException(
          offset, header.codec() + " to the parent's chunk, but there is no parent");
    }
    byte[] raw = new byte[expectedRawLength];
    switch (header.codec()) {
      case RAW -> System.arraycopy(source, in.at(), raw, 0, expectedRawLength);
      case CONSTANT -> repeat(source, in.at(), header.layout(), raw);
      case PLANES -> lossless.decode(in, PlaneLayout.fromId(header.layout()), planes, raw);
      case BITS_DELTA ->
          lossless.decode(in, PlaneLayout.fromId(header.layout()), planes, parent, raw);
      case GRID -> readGrid(in, GridLayout.fromId(header.layout()), null, raw);
      case GRID_DELTA -> readGrid(in, GridLayout.fromId(header.layout()), parent, raw);
    }
    return raw;
  }

  private void readGrid(Input in, GridLayout layout, byte[] parent, byte[] raw) {
    FloatType type = layout.type();
    if (type == FloatType.FP32) {
      grids.read(in, layout.hasZeros(), planes, parent, raw);
      return;
    }
    byte[] values = new byte[raw.length / type.width() * Float.BYTES];
    grids.read(in, layout.hasZeros(), planes, parent == null ? null : type.widen(parent), values);
    type.narrow(values, raw);
  }

  private static void repeat(byte[] source, int from, int width, byte[] raw) {
    if (raw.length > 0) {
      System.arraycopy(source, from, raw, 0, width);
      for (int filled = width; filled < raw.length; filled *= 2) {
        System.arraycopy(raw, 0, raw, filled, Math.min(filled, raw.length - filled));
      }
    }
  }

  @Override
  public void close() {
    planes.close();
  }
}
