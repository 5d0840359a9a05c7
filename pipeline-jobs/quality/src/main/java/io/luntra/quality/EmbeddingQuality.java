package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import java.util.List;

/**
 * How far a candidate model's embeddings stand from the reference's, over the same n ≥ 2 sentences.
 * With r_i and c_i the reference's and the candidate's embedding of sentence i:
 *
 * @param cosineMean the mean over i of cos(r_i, c_i); −1 to 1, 1 is identical
 * @param cosineMin the least cos(r_i, c_i); −1 to 1
 * @param nearestNeighbourAgreement the share of sentences i for which the j ≠ i of greatest
 *     cos(r_i, r_j) is also the j ≠ i of greatest cos(c_i, c_j), the lowest j winning a tie; 0 to 1
 * @param similarityRmse the root of the mean, over all pairs i &lt; j, of (cos(c_i, c_j) − cos(r_i,
 *     r_j))²; 0 to 2, 0 is identical
 */
public record EmbeddingQuality(
    double cosineMean, double cosineMin, double nearestNeighbourAgreement, double similarityRmse) {

  public EmbeddingQuality {
    requireRange("cosineMean", cosineMean, -1, 1);
    requireRange("cosineMin", cosineMin, -1, 1);
    requireRange("nearestNeighbourAgreement", nearestNeighbourAgreement, 0, 1);
    requireRange("similarityRmse", similarityRmse, 0, 2);
  }

  /**
   * Compares embeddings, one row per sentence. Rows need not be of unit length.
   *
   * @throws InvalidInputException if counts or dimensions differ, fewer than two rows are given, a
   *     value is not finite, or a row is zero
   */
  public static EmbeddingQuality compare(float[][] reference, float[][] candidate) {
    if (reference.length != candidate.length) {
      throw new InvalidInputException(
          "Embeddings to compare: expected one per sentence on both sides, found "
              + reference.length
              + " of the reference and "
              + candidate.length
              + " of the candidate");
    }
    int count = reference.length;
    if (count < 2) {
      throw new InvalidInputException(
          "Embeddings to compare: expected at least 2 sentences, found " + count);
    }
    int dimension = reference[0].length;
    double[] referenceNorms = squaredNorms("reference", reference, dimension);
    double[] candidateNorms = squaredNorms("candidate", candidate, dimension);

    double cosineSum = 0;
    double cosineMin = 1;
    int agreeing = 0;
    double squaredErrors = 0;
    for (int i = 0; i < count; i++) {
      double own = cosine(reference[i], candidate[i], referenceNorms[i], candidateNorms[i]);
      cosineSum += own;
      cosineMin = Math.min(cosineMin, own);
      int referenceNearest = -1;
      int candidateNearest = -1;
      double referenceBest = Double.NEGATIVE_INFINITY;
      double candidateBest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < count; j++) {
        if (j == i) {
          continue;
        }
        double r = cosine(reference[i], reference[j], referenceNorms[i], referenceNorms[j]);
        double c = cosine(candidate[i], candidate[j], candidateNorms[i], candidateNorms[j]);
        if (r > referenceBest) {
          referenceBest = r;
          referenceNearest = j;
        }
        if (c > candidateBest) {
          candidateBest = c;
          candidateNearest = j;
        }
        if (i < j) {
          squaredErrors += (c - r) * (c - r);
        }
      }
      if (referenceNearest == candidateNearest) {
        agreeing++;
      }
    }
    double pairs = 0.5 * count * (count - 1.0);
    return new EmbeddingQuality(
        cosineSum / count, cosineMin, (double) agreeing / count, Math.sqrt(squaredErrors / pairs));
  }

  /**
   * The worst of each figure on its own, over several comparisons.
   *
   * @throws InvalidInputException if there is none
   */
  public static EmbeddingQuality weakest(List<EmbeddingQuality> several) {
    return several.stream()
        .reduce(
            (a, b) ->
                new EmbeddingQuality(
                    Math.min(a.cosineMean, b.cosineMean),
                    Math.min(a.cosineMin, b.cosineMin),
                    Math.min(a.nearestNeighbourAgreement, b.nearestNeighbourAgreement),
                    Math.max(a.similarityRmse, b.similarityRmse)))
        .orElseThrow(
            () -> new InvalidInputException("Weakest quality: expected at least 1 to choose from"));
  }

  private static double[] squaredNorms(String side, float[][] rows, int dimension) {
    double[] norms = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != dimension) {
        throw new InvalidInputException(
            "Embedding "
                + i
                + " of the "
                + side
                + ": expected "
                + dimension
                + " dimensions, found "
                + rows[i].length);
      }
      double norm = dot(rows[i], rows[i]);
      if (!Double.isFinite(norm) || norm == 0) {
        throw new InvalidInputException(
            "Embedding "
                + i
                + " of the "
                + side
                + ": expected finite values that are not all zero, found a squared norm of "
                + norm);
      }
      norms[i] = norm;
    }
    return norms;
  }

  private static double cosine(float[] a, float[] b, double squaredNormA, double squaredNormB) {
    // One root of the product: the cosine of a vector with itself is exactly 1.
    double cosine = dot(a, b) / Math.sqrt(squaredNormA * squaredNormB);
    return Math.max(-1, Math.min(1, cosine));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }

  private static void requireRange(String what, double value, double least, double greatest) {
    if (!(value >= least && value <= greatest)) {
      throw new InvalidInputException(
          what + ": expected " + least + " to " + greatest + ", found " + value);
    }
  }
}
