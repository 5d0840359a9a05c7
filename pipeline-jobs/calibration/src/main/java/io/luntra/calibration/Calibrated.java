package io.luntra.calibration;

import io.luntra.quality.EmbeddingQuality;
import java.util.List;
import java.util.Map;

/**
 * Tensors that are encoded already, and how they were chosen.
 *
 * @param tensors by name, in the order of their names; tensors that are not here are left to what
 *     their settings say
 * @param alpha the one number that all steps scale with; 1 where nothing was searched for
 * @param damping that was taken
 * @param heldOut quality on held-out text of the calibration's domain, of a model with these
 *     tensors and the others as they were
 * @param otherDomain the same on text of another domain
 * @param runs how many models were run
 */
public record Calibrated(
    Map<String, EncodedTensor> tensors,
    double alpha,
    double damping,
    EmbeddingQuality heldOut,
    EmbeddingQuality otherDomain,
    int runs) {

  /**
   * A tensor's encoded chunks, in order; an empty one is the parent's.
   *
   * @param elements of the tensor
   * @param zeros how many of its levels are 0
   */
  public record EncodedTensor(List<byte[]> chunks, long elements, long zeros) {
    public EncodedTensor {
      chunks = List.copyOf(chunks);
    }

    /** Bytes of all chunks. */
    public long bytes() {
      return chunks.stream().mapToLong(chunk -> chunk.length).sum();
    }
  }

  /** Bytes of all tensors. */
  public long bytes() {
    return tensors.values().stream().mapToLong(EncodedTensor::bytes).sum();
  }

  /** Bits of these tensors per element. */
  public double bitsPerWeight() {
    long elements = tensors.values().stream().mapToLong(EncodedTensor::elements).sum();
    return bytes() * 8.0 / elements;
  }

  /** Names of the tensors. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }
}
