package io.luntra.bench;

import java.util.List;

/** What {@code luntra bench codec} measured. */
public record BenchReport(List<Row> rows, List<Delta> deltas) {
  public BenchReport {
    rows = List.copyOf(rows);
    deltas = List.copyOf(deltas);
  }

  /**
   * A model, compressed.
   *
   * @param codec whose: {@code luntra}, or a peer's name
   * @param bitsPerWeight encoded bits of the float tensors of two and more dimensions per element;
   *     of a finished file of somebody else, bits of the whole file
   * @param ratio encoded bytes of the whole file, of its input's
   * @param cosineMean on the technical corpus
   * @param cosineMeanOtherDomain on the prose corpus
   * @param nearestNeighbourAgreement worst of both corpora
   * @param similarityRmse worst of both corpora
   * @param encodeMBps megabytes (10⁶ bytes) of FP32 per second and core; with calibration and
   *     search where these are part of a profile; 0 where nothing was timed
   * @param decodeMBps the same of FP32 that comes out
   */
  public record Row(
      String model,
      String codec,
      String profile,
      double bitsPerWeight,
      double ratio,
      double cosineMean,
      double cosineMeanOtherDomain,
      double nearestNeighbourAgreement,
      double similarityRmse,
      double encodeMBps,
      double decodeMBps) {}

  /**
   * A model as a delta against its parent, both at the same target.
   *
   * @param childAloneBitsPerWeight of the child without a parent
   * @param ofChildAlone bytes of the delta, of those of the child without a parent
   * @param ofInput bytes of the delta, of the input's
   * @param cosineMean on the technical corpus, against the original child
   * @param similarityRmse worst of both corpora
   */
  public record Delta(
      String parent,
      String child,
      String profile,
      double parentBitsPerWeight,
      double bitsPerWeight,
      double childAloneBitsPerWeight,
      double ofChildAlone,
      double ofInput,
      double cosineMean,
      double similarityRmse) {}
}
