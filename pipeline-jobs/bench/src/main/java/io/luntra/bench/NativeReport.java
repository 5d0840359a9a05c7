package io.luntra.bench;

import java.util.List;

/**
 * What {@code luntra bench native} measured.
 *
 * @param threads of ONNX Runtime, within one operator
 * @param batch sequences in a run that is timed
 * @param tokens of each of them
 * @param pairs runs of each model, each beside one of the original
 */
public record NativeReport(int threads, int batch, int tokens, int pairs, List<Row> rows) {
  public NativeReport {
    rows = List.copyOf(rows);
  }

  /**
   * A model file, run.
   *
   * @param file what it is
   * @param session entries of ONNX Runtime's session options that are not its defaults, or ""
   * @param ratio bytes of the file, of the original's
   * @param cosineMean of its embeddings with the original's, on the technical corpus
   * @param cosineMeanOtherDomain on the prose corpus
   * @param loadSeconds to make a session of it
   * @param runSeconds median of its runs
   * @param runRatio median, over pairs, of its time to the original's in the same pair
   * @param runRatioLow lower quartile of these
   * @param runRatioHigh upper quartile of these
   */
  public record Row(
      String model,
      String file,
      String session,
      long bytes,
      double ratio,
      double cosineMean,
      double cosineMeanOtherDomain,
      double loadSeconds,
      double runSeconds,
      double runRatio,
      double runRatioLow,
      double runRatioHigh) {}
}
