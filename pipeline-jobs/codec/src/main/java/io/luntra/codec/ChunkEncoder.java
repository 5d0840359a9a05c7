package io.luntra.codec;

import io.luntra.codec.quantize.Quantizer;
import io.luntra.tensor.ChunkShape;
import java.util.Arrays;
import java.util.Optional;

/**
 * Turns tensor chunks into encoded chunks. The same chunk, parent and settings give the same bytes,
 * whatever was encoded before. An instance keeps buffers and native contexts: one thread at a time,
 * closed when done.
 */
public final class ChunkEncoder implements AutoCloseable {
  private static final byte[] SAME = new byte[0];
  private static final int MATRIX = 2;

  private final PlaneWriter planes = new PlaneWriter();
  private final LosslessEncoder lossless = new LosslessEncoder(planes);
  private final GridBody.Writer grids = new GridBody.Writer();
  private final Output body = new Output();
  private final Output out = new Output();

  private ChunkEncoder() {}

  /** A new encoder. */
  public static ChunkEncoder create() {
    return new ChunkEncoder();
  }

  /**
   * Encodes one chunk in the cheapest way that its settings allow.
   *
   * @param raw the chunk as stored, at most {@link ChunkHeader#MAX_RAW_LENGTH} bytes and a whole
   *     number of elements; only read
   * @param parent what the parent release decodes to in this place, as long as {@code raw}; null
   *     where there is none; only read
   * @return header and body, at most {@link ChunkHeader#MAX_BYTES} longer than {@code raw}, or
   *     nothing where the chunk is the parent's, or lies within half a step of it where the
   *     settings allow that; the caller's
   * @throws IllegalArgumentException if {@code raw} is too long or cuts an element, or the parent
   *     is of another length
   */
  public byte[] encode(ChunkShape shape, byte[] raw, byte[] parent, TensorSettings settings) {
    checkLength(shape, raw);
    checkParent(raw.length, parent);
    if (parent != null && Arrays.equals(raw, parent)) {
      return SAME;
    }
    Optional<FloatType> type = FloatType.of(shape.dtype());
    boolean keep =
        settings.method() == TensorSettings.Method.LOSSLESS
            || type.isEmpty()
            || LosslessEncoder.isConstant(raw, type.get().width());
    Optional<byte[]> gridded =
        keep ? Optional.empty() : onGrids(shape, type.get(), raw, parent, settings);
    // Of 16 bits, grids do not always save any.
    boolean certain =
        type.equals(Optional.of(FloatType.FP32)) || !settings.pruning().equals(Pruning.NONE);
    if (gridded.isPresent() && (certain || gridded.get().length == 0)) {
      return gridded.get();
    }
    out.reset();
    lossless.encode(shape, raw, parent, out);
    return gridded.filter(grid -> grid.length < out.length()).orElseGet(this::written);
  }

  private Optional<byte[]> onGrids(
      ChunkShape shape, FloatType type, byte[] raw, byte[] parent, TensorSettings settings) {
    byte[] values = type.widen(raw);
    Optional<byte[]> alone =
        Quantizer.quantize(shape, values, null, settings).map(grid -> encode(type, grid, null));
    if (parent == null) {
      return alone;
    }
    Optional<byte[]> difference =
        Quantizer.quantize(shape, values, type.widen(parent), settings)
            .map(grid -> encode(type, grid, parent));
    if (alone.isEmpty() || difference.isEmpty()) {
      return alone.or(() -> difference);
    }
    return difference.get().length <= alone.get().length ? difference : alone;
  }

  /**
   * Encodes a chunk of FP32 that is on grids already.
   *
   * @param parent as above, where the grid is of the difference to it; otherwise null
   * @return as above; nothing where all levels are their blocks' zeros and there is a parent
   */
  public byte[] encode(GridChunk grid, byte[] parent) {
    return encode(FloatType.FP32, grid, parent);
  }

  private byte[] encode(FloatType type, GridChunk grid, byte[] parent) {
    int rawLength = grid.levels().length * type.width();
    checkParent(rawLength, parent);
    if (grid.isZero()) {
      return parent != null ? SAME : exactly(type, grid, null);
    }
    body.reset();
    grids.write(grid, planes, body);
    if (body.length() >= rawLength) {
      return exactly(type, grid, parent);
    }
    ChunkCodec codec = parent == null ? ChunkCodec.GRID : ChunkCodec.GRID_DELTA;
    GridLayout layout = new GridLayout(type, grid.zeros() != null);
    out.reset();
    new ChunkHeader(codec, layout.id(), rawLength, body.length()).write(out);
    out.put(body.bytes(), 0, body.length());
    return written();
  }

  /** The values of a grid, for chunks so small that the grid is larger. */
  private byte[] exactly(FloatType type, GridChunk grid, byte[] parent) {
    ChunkShape shape = new ChunkShape(type.dataType(), MATRIX, grid.rowElements());
    byte[] raw = new byte[grid.levels().length * type.width()];
    type.narrow(grid.reconstruct(parent == null ? null : type.widen(parent)), raw);
    out.reset();
    lossless.encode(shape, raw, parent, out);
    return written();
  }

  private byte[] written() {
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static void checkLength(ChunkShape shape, byte[] raw) {
    if (raw.length > ChunkHeader.MAX_RAW_LENGTH || raw.length % shape.dtype().bytes() != 0) {
      throw new IllegalArgumentException(
          "Chunk of %d bytes of %s: at most %d, a whole number of elements"
              .formatted(raw.length, shape.dtype(), ChunkHeader.MAX_RAW_LENGTH));
    }
  }

  private static void checkParent(int rawLength, byte[] parent) {
    if (parent != null && parent.length != rawLength) {
      throw new IllegalArgumentException(
          "Parent of %d bytes for a chunk of %d".formatted(parent.length, rawLength));
    }
  }

  @Override
  public void close() {
    planes.close();
  }
}
