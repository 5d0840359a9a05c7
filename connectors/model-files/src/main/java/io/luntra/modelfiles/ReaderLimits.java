package io.luntra.modelfiles;

import java.io.Serializable;

/**
 * What a reader of model files takes at most before it refuses a file. All are at least 1.
 *
 * @param tensors tensors that become sections, over all files of a model; operators of its graph
 * @param externalFiles files that a model refers to
 * @param textBytes bytes of a tensor's name, or of a key or value of its external data
 * @param rank dimensions of a tensor
 * @param nesting messages within messages
 * @param headerBytes bytes of a safetensors header, or of an index of such files
 * @param metadataBytes characters of a safetensors header's free texts, all together
 */
public record ReaderLimits(
    int tensors,
    int externalFiles,
    int textBytes,
    int rank,
    int nesting,
    long headerBytes,
    int metadataBytes)
    implements Serializable {
  /**
   * 200,000 tensors, 10,000 external files, 4096 bytes of text, rank 64, 100 levels; headers of
   * 100,000,000 bytes, as the safetensors format has it, with 1 MiB of metadata.
   */
  public static final ReaderLimits DEFAULTS =
      new ReaderLimits(200_000, 10_000, 4096, 64, 100, 100_000_000, 1 << 20);

  public ReaderLimits {
    if (tensors < 1
        || externalFiles < 1
        || textBytes < 1
        || rank < 1
        || nesting < 1
        || headerBytes < 1
        || metadataBytes < 1) {
      throw new IllegalArgumentException(
          "Limits below 1: tensors %d, external files %d, text %d, rank %d, nesting %d, header %d, metadata %d"
              .formatted(
                  tensors, externalFiles, textBytes, rank, nesting, headerBytes, metadataBytes));
    }
  }
}
