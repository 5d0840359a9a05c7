package io.luntra.modelfiles;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.io.Serializable;

/**
 * What a reader of model files takes at most before it refuses a file. All are at least 1.
 *
 * @param files files of a release's folder, and that a model refers to
 * @param tensors tensors that become sections, over all files of a model; operators of its graph;
 *     entries of a zip file
 * @param textBytes bytes of a tensor's name, or of a key or value of its external data
 * @param rank dimensions of a tensor
 * @param nesting messages within messages, values within values, folders within folders
 * @param headerBytes bytes of what says how a file is laid out: the header of a safetensors or GGUF
 *     file, an index of such files, a pickle, the directory of a zip file
 * @param metadataBytes bytes of free texts: all of a safetensors header, each of a pickle or of a
 *     GGUF header
 * @param pickleValues values of a pickle, as they are made, and as they are used
 */
public record ReaderLimits(
    int files,
    int tensors,
    int textBytes,
    int rank,
    int nesting,
    long headerBytes,
    int metadataBytes,
    int pickleValues)
    implements Serializable {
  /**
   * 10,000 files, 200,000 tensors, 4096 bytes of text, rank 64, 100 levels; headers of 100,000,000
   * bytes, as the safetensors format has it, with 1 MiB of free text; a million values of a pickle.
   */
  public static final ReaderLimits DEFAULTS =
      new ReaderLimits(10_000, 200_000, 4096, 64, 100, 100_000_000, 1 << 20, 1_000_000);

  public ReaderLimits {
    if (files < 1
        || tensors < 1
        || textBytes < 1
        || rank < 1
        || nesting < 1
        || headerBytes < 1
        || metadataBytes < 1
        || pickleValues < 1) {
      throw new IllegalArgumentException(
          ("Limits below 1: files %d, tensors %d, text %d, rank %d, nesting %d, header %d,"
                  + " metadata %d, pickle %d")
              .formatted(
                  files,
                  tensors,
                  textBytes,
                  rank,
                  nesting,
                  headerBytes,
                  metadataBytes,
                  pickleValues));
    }
  }

  /**
   * The same with one of them changed.
   *
   * @param name of the component
   * @throws InvalidInputException when there is no such limit, or its value is below 1 or, but for
   *     headerBytes, above 2^31 - 1
   */
  public ReaderLimits with(String name, long value) {
    boolean isLong = name.equals("headerBytes");
    if (value < 1 || (!isLong && value > Integer.MAX_VALUE)) {
      throw new InvalidInputException(
          "Limit %s of %d: expected 1 to %d"
              .formatted(name, value, isLong ? Long.MAX_VALUE : Integer.MAX_VALUE));
    }
    int number = (int) value;
    return switch (name) {
      case "files" ->
          new ReaderLimits(
              number, tensors, textBytes, rank, nesting, headerBytes, metadataBytes, pickleValues);
      case "tensors" ->
          new ReaderLimits(
              files, number, textBytes, rank, nesting, headerBytes, metadataBytes, pickleValues);
      case "textBytes" ->
          new ReaderLimits(
              files, tensors, number, rank, nesting, headerBytes, metadataBytes, pickleValues);
      case "rank" ->
          new ReaderLimits(
              files, tensors, textBytes, number, nesting, headerBytes, metadataBytes, pickleValues);
      case "nesting" ->
          new ReaderLimits(
              files, tensors, textBytes, rank, number, headerBytes, metadataBytes, pickleValues);
      case "headerBytes" ->
          new ReaderLimits(
              files, tensors, textBytes, rank, nesting, value, metadataBytes, pickleValues);
      case "metadataBytes" ->
          new ReaderLimits(
              files, tensors, textBytes, rank, nesting, headerBytes, number, pickleValues);
      case "pickleValues" ->
          new ReaderLimits(
              files, tensors, textBytes, rank, nesting, headerBytes, metadataBytes, number);
      default ->
          throw new InvalidInputException(
              ("Limit %s: expected files, tensors, textBytes, rank, nesting, headerBytes,"
                      + " metadataBytes or pickleValues")
                  .formatted(ForeignText.printable(name)));
    };
  }
}
