package io.luntra.release;

import io.luntra.tensor.TensorInfo;

/**
 * A run of bytes of an artifact: the stored values of one tensor, or bytes of the container that
 * belong to no tensor.
 *
 * @param offset first byte in the artifact
 * @param length number of bytes, at least 0
 * @param tensor what the bytes hold, or null for container bytes
 */
public record Section(long offset, long length, TensorInfo tensor) {
  public Section {
    if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException("Section at " + offset + " of " + length + " bytes");
    }
    if (tensor != null && tensor.bytes() != length) {
      throw new IllegalArgumentException(
          "Tensor '%s' of %d bytes in a section of %d"
              .formatted(tensor.name(), tensor.bytes(), length));
    }
  }

  /** First byte after this section. */
  public long end() {
    return offset + length;
  }
}
