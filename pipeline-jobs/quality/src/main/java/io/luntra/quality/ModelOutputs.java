package io.luntra.quality;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A loaded model of any kind, that is run a sample at a time and gives its first output of floating
 * point. All inputs come from arrays of the user's; or those that take tokens from the tokenizer,
 * and the others are made up, from a fixed seed, where the runtime knows their shapes.
 */
abstract class ModelOutputs implements AutoCloseable {
  /** The input that takes a sentence's tokens. */
  static final String TOKENS = "input_ids";

  private static final int MADE_UP_SAMPLES = 32;
  private static final long SEED = 20;

  /**
   * What came out for a sample.
   *
   * @param name of the output; empty where it has none
   * @param rank dimensions of it
   * @param rows of its last dimension
   */
  record Output(String name, int rank, float[][] rows) {
    static Output of(String name, long[] shape, float[] values) {
      int columns = shape.length == 0 ? 1 : (int) Math.max(1, shape[shape.length - 1]);
      float[][] rows = new float[values.length / columns][];
      Arrays.setAll(rows, r -> Arrays.copyOfRange(values, r * columns, (r + 1) * columns));
      return new Output(name, shape.length, rows);
    }
  }

  /** Names of what it takes. */
  abstract Set<String> inputs();

  /**
   * Runs it once.
   *
   * @param known inputs by name; may have others than the model takes
   * @param random what the others are made of
   * @throws InvalidInputException when it can't be run on them
   */
  abstract Output run(Map<String, Sample> known, Random random);

  /**
   * Runs it on each sample.
   *
   * @param sink takes the outputs, and says whether it takes more of them
   */
  final void run(
      EvaluationSet set, Path tokenizer, EmbeddingOptions options, Predicate<Output> sink) {
    if (set.arrays().isPresent()) {
      ArrayFile arrays = set.arrays().get();
      requireInputs(arrays);
      boolean more = true;
      for (int i = 0; more && i < Math.min(arrays.samples(), set.most()); i++) {
        Map<String, Sample> known = new TreeMap<>();
        for (Map.Entry<String, SampleArray> array : arrays.arrays().entrySet()) {
          known.put(array.getKey(), array.getValue().sample(i));
        }
        more = sink.test(run(known, new Random(SEED)));
      }
      return;
    }
    if (set.texts().isEmpty()) {
      Random random = new Random(SEED);
      boolean more = true;
      for (int i = 0; more && i < Math.min(MADE_UP_SAMPLES, set.most()); i++) {
        more = sink.test(run(Map.of(), random));
      }
      return;
    }
    try (HuggingFaceTokenizer words = TokenizerFile.open(tokenizer, options)) {
      for (Encoding encoding : words.batchEncode(set.texts())) {
        Map<String, Sample> known =
            Map.of(
                TOKENS,
                Sample.of(encoding.getIds()),
                "attention_mask",
                Sample.of(encoding.getAttentionMask()),
                "token_type_ids",
                Sample.of(encoding.getTypeIds()));
        if (!sink.test(run(known, new Random(SEED)))) {
          return;
        }
      }
    }
  }

  private void requireInputs(ArrayFile file) {
    if (!file.arrays().keySet().equals(inputs())) {
      throw new InvalidInputException(
          "Samples for inputs %s: it is run with %s"
              .formatted(
                  ForeignText.printable(new TreeSet<>(file.arrays().keySet()).toString()),
                  ForeignText.printable(new TreeSet<>(inputs()).toString())));
    }
  }

  @Override
  public abstract void close();
}
