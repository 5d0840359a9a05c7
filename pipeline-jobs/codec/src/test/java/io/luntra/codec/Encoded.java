package io.luntra.codec;

import io.luntra.tensor.ChunkShape;

/** One chunk through a fresh encoder or decoder. */
final class Encoded {
  private Encoded() {}

  static byte[] encode(GridChunk grid, byte[] parent) {
    try (ChunkEncoder encoder = ChunkEncoder.create()) {
      return encoder.encode(grid, parent);
    }
  }

  static byte[] encode(ChunkShape shape, byte[] raw, byte[] parent, TensorSettings settings) {
    try (ChunkEncoder encoder = ChunkEncoder.create()) {
      return encoder.encode(shape, raw, parent, settings);
    }
  }

  static byte[] lossless(ChunkShape shape, byte[] raw, byte[] parent) {
    return encode(shape, raw, parent, TensorSettings.LOSSLESS);
  }

  static byte[] decode(byte[] encoded, int rawLength, byte[] parent) {
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      return decoder.decode(encoded, 0, encoded.length, rawLength, parent);
    }
  }
}
