package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import java.util.List;

/**
 * How far a candidate's outputs stand from the reference's, over the same samples.
 *
 * @param score what a quality to keep is compared with, 0 to 1: the mean cosine of embeddings, the
 *     top-1 agreement of logits, otherwise 1 − relative error, at least 0
 * @param flipRate share of samples whose nearest neighbour, class or next token is another one; 0
 *     where there is none of these
 * @param embedding what is measured of embeddings, or null
 * @param klDivergence mean over distributions of Σ p ln (p / q), p the reference's softmax, in
 *     nats; 0 where outputs are no logits
 * @param relativeError ‖candidate − reference‖ / ‖reference‖ over all outputs
 */
public record OutputQuality(
    double score,
    double flipRate,
    EmbeddingQuality embedding,
    double klDivergence,
    double relativeError) {

  /** Compares embeddings, one of unit length per sample. */
  static OutputQuality ofEmbeddings(float[][] reference, float[][] candidate) {
    EmbeddingQuality quality = EmbeddingQuality.compare(reference, candidate);
    return new OutputQuality(
        quality.cosineMean(),
        1 - quality.nearestNeighbourAgreement(),
        quality,
        0,
        relativeError(List.<float[][]>of(reference), List.<float[][]>of(candidate)));
  }

  /**
   * Compares logits.
   *
   * @param reference of each sample, rows of as many logits as there are classes
   */
  static OutputQuality ofLogits(List<float[][]> reference, List<float[][]> candidate) {
    long rows = 0;
    long same = 0;
    double divergence = 0;
    for (int s = 0; s < reference.size(); s++) {
      requireSame(reference.get(s).length, candidate.get(s).length);
      for (int r = 0; r < reference.get(s).length; r++) {
        float[] wanted = reference.get(s)[r];
        float[] found = candidate.get(s)[r];
        requireSame(wanted.length, found.length);
        rows++;
        same += largest(wanted) == largest(found) ? 1 : 0;
        divergence += divergence(wanted, found);
      }
    }
    double agreement = (double) same / rows;
    return new OutputQuality(
        agreement, 1 - agreement, null, divergence / rows, relativeError(reference, candidate));
  }

  /** Compares outputs of no known meaning. */
  static OutputQuality ofValues(List<float[][]> reference, List<float[][]> candidate) {
    double error = relativeError(reference, candidate);
    return new OutputQuality(Math.max(0, 1 - error), 0, null, 0, error);
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private static double divergence(float[] reference, float[] candidate) {
    double normP = logSum(reference);
    double normQ = logSum(candidate);
    double sum = 0;
    for (int i = 0; i < reference.length; i++) {
      double logP = reference[i] - normP;
      sum += Math.exp(logP) * (logP - (candidate[i] - normQ));
    }
    return Math.max(0, sum);
  }

  private static double logSum(float[] logits) {
    double most = logits[largest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum);
  }

  private static double relativeError(List<float[][]> reference, List<float[][]> candidate) {
    requireSame(reference.size(), candidate.size());
    double error = 0;
    double norm = 0;
    for (int s = 0; s < reference.size(); s++) {
      requireSame(reference.get(s).length, candidate.get(s).length);
      for (int r = 0; r < reference.get(s).length; r++) {
        requireSame(reference.get(s)[r].length, candidate.get(s)[r].length);
        for (int i = 0; i < reference.get(s)[r].length; i++) {
          double wanted = reference.get(s)[r][i];
          double lost = candidate.get(s)[r][i] - wanted;
          error += lost * lost;
          norm += wanted * wanted;
        }
      }
    }
    if (Double.isNaN(error)) {
      return 1;
    }
    return norm == 0 ? (error == 0 ? 0 : 1) : Math.sqrt(error / norm);
  }

  private static void requireSame(int reference, int candidate) {
    if (reference != candidate) {
      throw new InvalidInputException(
          "Outputs to compare: the reference gives %d where the candidate gives %d"
              .formatted(reference, candidate));
    }
  }
}
