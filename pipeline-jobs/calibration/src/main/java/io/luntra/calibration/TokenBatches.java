package io.luntra.calibration;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.TokenizerFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Sentences as token ids; those of equal length run together, so that nothing is padded. */
final class TokenBatches {
  /** Every tenth sequence of a mix is random: directions that no text has shown count, too. */
  private static final int RANDOM_SHARE = 10;

  private final long[][] sequences;
  private final List<int[]> batches;

  private TokenBatches(long[][] sequences, int batchSize) {
    this.sequences = sequences;
    this.batches = group(sequences, batchSize);
  }

  static TokenBatches of(Path tokenizer, List<String> sentences, EmbeddingOptions options) {
    try (HuggingFaceTokenizer words = TokenizerFile.open(tokenizer, options)) {
      Encoding[] encodings = words.batchEncode(sentences);
      long[][] sequences = Arrays.stream(encodings).map(Encoding::getIds).toArray(long[][]::new);
      return new TokenBatches(sequences, options.batchSize());
    }
  }

  /**
   * These sequences and a tenth as many of random tokens between the first and the last token of
   * one of them.
   *
   * @param vocabulary token ids are below it
   */
  TokenBatches withRandom(int vocabulary, long seed, int batchSize) {
    Random random = new Random(seed);
    List<long[]> all = new ArrayList<>(Arrays.asList(sequences));
    for (int i = 0; i < sequences.length; i += RANDOM_SHARE) {
      long[] sequence = sequences[random.nextInt(sequences.length)].clone();
      for (int t = 1; t < sequence.length - 1; t++) {
        sequence[t] = random.nextInt(vocabulary);
      }
      all.add(sequence);
    }
    return new TokenBatches(all.toArray(long[][]::new), batchSize);
  }

  private static List<int[]> group(long[][] sequences, int batchSize) {
    Integer[] order = new Integer[sequences.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> sequences[i].length));
    List<int[]> batches = new ArrayList<>();
    for (int start = 0; start < order.length; ) {
      int end = start + 1;
      while (end < order.length
          && end - start < batchSize
          && sequences[order[end]].length == sequences[order[start]].length) {
        end++;
      }
      batches.add(Arrays.stream(order, start, end).mapToInt(Integer::intValue).toArray());
      start = end;
    }
    return batches;
  }

  int size() {
    return sequences.length;
  }

  /** Indexes of the sequences that run together. */
  List<int[]> batches() {
    return batches;
  }

  long[] sequence(int index) {
    return sequences[index];
  }
}
