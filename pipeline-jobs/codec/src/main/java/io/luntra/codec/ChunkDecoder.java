package io.luntra.codec;

import java.util.Arrays;
import java.util.Objects;

/**
 * Turns encoded chunks back into tensor chunks. A shard's payload is walked with {@link
 * #readHeader} and {@link ChunkHeader#encodedLength}. Every size is checked before memory is taken:
 * an instance holds at most one chunk's length beside what it returns. It keeps a native context:
 * one thread at a time, closed when done.
 */
public final class ChunkDecoder implements AutoCloseable {
  private final PlaneReader reader = new PlaneReader();

  private ChunkDecoder() {}

  /** A new decoder. */
  public static ChunkDecoder create() {
    return new ChunkDecoder();
  }

  /**
   * Reads the header of the encoded chunk at {@code offset}, of which only the first {@link
   * ChunkHeader#BYTES} bytes need be there.
   *
   * @throws MalformedChunkException if they are not there, or are no header
   */
  public static ChunkHeader readHeader(byte[] source, int offset) {
    Objects.checkFromToIndex(offset, source.length, source.length);
    return readHeader(source, offset, source.length - offset);
  }

  private static ChunkHeader readHeader(byte[] source, int offset, int length) {
    if (length < ChunkHeader.BYTES) {
      throw new MalformedChunkException(
          offset, "header of %d bytes, %d are left".formatted(ChunkHeader.BYTES, length));
    }
    return ChunkHeader.read(source, offset);
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
    ChunkHeader header = readHeader(source, offset, length);
    if (header.rawLength() != expectedRawLength) {
      throw new MalformedChunkException(
          offset, "%d bytes decoded, expected %d".formatted(header.rawLength(), expectedRawLength));
    }
    if (header.encodedLength() != length) {
      throw new MalformedChunkException(
          offset, "%d bytes encoded, %d given".formatted(header.encodedLength(), length));
    }
    int body = offset + ChunkHeader.BYTES;
    return switch (header.codec()) {
      case RAW -> Arrays.copyOfRange(source, body, body + expectedRawLength);
      case CONSTANT -> repeat(source, body, header.layout(), expectedRawLength);
      case PLANES -> decodePlanes(source, body, header);
      case INT8_ROWS -> decodeInt8Rows(source, body, header);
    };
  }

  private static byte[] repeat(byte[] source, int body, int width, int rawLength) {
    byte[] raw = new byte[rawLength];
    if (rawLength > 0) {
      System.arraycopy(source, body, raw, 0, width);
      for (int filled = width; filled < rawLength; filled *= 2) {
        System.arraycopy(raw, 0, raw, filled, Math.min(filled, rawLength - filled));
      }
    }
    return raw;
  }

  private byte[] decodePlanes(byte[] source, int body, ChunkHeader header) {
    PlaneLayout layout = PlaneLayout.fromId(header.layout());
    int[] lengths = new int[layout.planes()];
    Arrays.fill(lengths, header.rawLength() / layout.rawWidth());
    byte[] planes = reader.read(source, body, header.bodyLength(), lengths);
    byte[] raw = new byte[header.rawLength()];
    layout.join(planes, raw);
    return raw;
  }

  private byte[] decodeInt8Rows(byte[] source, int body, ChunkHeader header) {
    int elements = header.rawLength() / Float.BYTES;
    int rows = Int8Rows.rows(elements, header.rowElements());
    byte[] planes = reader.read(source, body, header.bodyLength(), rows, rows, elements);
    byte[] raw = new byte[header.rawLength()];
    int malformed = Int8Rows.reconstruct(planes, header.rowElements(), raw);
    if (malformed >= 0) {
      throw new MalformedChunkException(body, "scale of row " + malformed + " is no finite number");
    }
    return raw;
  }

  @Override
  public void close() {
    reader.close();
  }
}
