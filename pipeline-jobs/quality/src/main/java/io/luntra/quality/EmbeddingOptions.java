package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import java.util.Objects;

/**
 * How an {@link EmbeddingModel} runs.
 *
 * @param threads threads within one operator of the graph; at least 1
 * @param maximumTokens tokens, special ones included, that a sentence is cut to; 2 to 8192
 * @param batchSize sentences in one run of the graph; 1 to 1024
 * @param pooling how a sentence's embedding follows from those of its tokens
 */
public record EmbeddingOptions(int threads, int maximumTokens, int batchSize, Pooling pooling) {
  public EmbeddingOptions {
    Objects.requireNonNull(pooling, "pooling");
    requireRange("threads", threads, 1, 1024);
    requireRange("maximumTokens", maximumTokens, 2, 8192);
    requireRange("batchSize", batchSize, 1, 1024);
  }

  /** All cores, 256 tokens, batches of 16, the mean of the tokens. */
  public static EmbeddingOptions defaults() {
    return new EmbeddingOptions(Runtime.getRuntime().availableProcessors(), 256, 16, Pooling.MEAN);
  }

  public EmbeddingOptions withThreads(int threads) {
    return new EmbeddingOptions(threads, maximumTokens, batchSize, pooling);
  }

  public EmbeddingOptions withMaximumTokens(int maximumTokens) {
    return new EmbeddingOptions(threads, maximumTokens, batchSize, pooling);
  }

  public EmbeddingOptions withBatchSize(int batchSize) {
    return new EmbeddingOptions(threads, maximumTokens, batchSize, pooling);
  }

  public EmbeddingOptions withPooling(Pooling pooling) {
    return new EmbeddingOptions(threads, maximumTokens, batchSize, pooling);
  }

  private static void requireRange(String what, int value, int least, int greatest) {
    if (value < least || value > greatest) {
      throw new InvalidInputException(
          "Embedding option "
              + what
              + ": expected "
              + least
              + " to "
              + greatest
              + ", found "
              + value);
    }
  }
}
