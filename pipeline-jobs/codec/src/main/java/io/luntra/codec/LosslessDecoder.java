package io.luntra.codec;

/** Reads PLANES and BITS_DELTA bodies. Thread-confined; buffers are kept. */
final class LosslessDecoder {
  private final LevelDecoder levels = new LevelDecoder();
  private int[] differences = new int[0];
  private byte[] bytes = new byte[0];

  /** Fills {@code raw} from all that is left. */
  void decode(Input in, PlaneLayout layout, PlaneReader planes, byte[] raw) {
    if (bytes.length < raw.length) {
      bytes = new byte[raw.length];
    }
    int length = raw.length / layout.rawWidth();
    for (int plane = 0; plane < layout.planes(); plane++) {
      planes.read(in, bytes, plane * length, length);
    }
    if (in.left() > 0) {
      throw new MalformedChunkException(in.at(), in.left() + " bytes after the last plane");
    }
    layout.join(bytes, raw);
  }

  /** Fills {@code raw} from the parent's elements and all that is left. */
  void decode(Input in, PlaneLayout layout, PlaneReader planes, byte[] parent, byte[] raw) {
    int start = in.at();
    if (!OrderedBits.covers(layout) || !layout.fits(parent)) {
      throw new MalformedChunkException(start, "the parent's chunk does not fit " + layout);
    }
    int elements = raw.length / layout.rawWidth();
    int rowElements = in.getVarint();
    if (rowElements < 1 || rowElements > Math.max(1, elements)) {
      throw new MalformedChunkException(start, "rows of " + rowElements + " elements");
    }
    if (differences.length < elements) {
      differences = new int[elements];
    }
    levels.decode(in, planes, rowElements, elements, Integer.MAX_VALUE, differences);
    OrderedBits.add(layout, parent, differences, raw, elements);
  }
}
