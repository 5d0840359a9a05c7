package io.luntra.calibration;

import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.EmbeddingQuality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Runs a model with some of its tensors replaced, and compares it with the original. */
final class Trials {
  private final ModelBytes model;
  private final EmbeddingOptions options;
  private final ExecutorService workers;
  private final Text heldOut;
  private final Text otherDomain;
  private int runs;

  /** Sentences and what the original gives for them. */
  private record Text(TokenBatches batches, float[][] reference) {}

  /** A tensor as it would be encoded, and as it would be rebuilt. */
  record Attempt(String name, Calibrated.EncodedTensor tensor, float[] rebuilt) {
    static Attempt cheaper(Attempt one, Attempt other) {
      return one.tensor().bytes() <= other.tensor().bytes() ? one : other;
    }
  }

  /** Encodes one tensor, and those that change with it. */
  @FunctionalInterface
  interface Encoding {
    List<Attempt> attempt() throws IOException;
  }

  Trials(
      ModelBytes model,
      Path tokenizer,
      EmbeddingOptions options,
      CalibrationRequest.Texts texts,
      ExecutorService workers) {
    this.model = model;
    this.options = options;
    this.workers = workers;
    try (SentenceEncoder encoder = SentenceEncoder.open(model.bytes(), options)) {
      this.heldOut = text(encoder, tokenizer, texts.heldOut());
      this.otherDomain = text(encoder, tokenizer, texts.otherDomain());
    }
  }

  private Text text(SentenceEncoder encoder, Path tokenizer, List<String> sentences) {
    TokenBatches batches = TokenBatches.of(tokenizer, sentences, options);
    return new Text(batches, encoder.embed(batches));
  }

  /** How many models were run. */
  int runs() {
    return runs;
  }

  /** Encodes tensors on all workers and runs the model that they give. */
  Candidate run(double alpha, List<Encoding> encodings) {
    byte[] copy = model.bytes().clone();
    Map<String, Calibrated.EncodedTensor> byName = new ConcurrentSkipListMap<>();
    List<Future<?>> work = new ArrayList<>();
    for (Encoding encoding : encodings) {
      work.add(
          workers.submit(
              () -> {
                for (Attempt attempt : encoding.attempt()) {
                  model.put(copy, attempt.name(), attempt.rebuilt());
                  byName.put(attempt.name(), attempt.tensor());
                }
                return null;
              }));
    }
    Waiting.forAll(work);
    try (SentenceEncoder encoder = SentenceEncoder.open(copy, options)) {
      runs++;
      return new Candidate(alpha, byName, quality(encoder, heldOut), quality(encoder, otherDomain));
    }
  }

  private static Candidate.Quality quality(SentenceEncoder encoder, Text text) {
    float[][] found = encoder.embed(text.batches());
    EmbeddingQuality quality = EmbeddingQuality.compare(text.reference(), found);
    double squares = 0;
    for (int s = 0; s < found.length; s++) {
      double lost = 1;
      for (int k = 0; k < found[s].length; k++) {
        lost -= (double) found[s][k] * text.reference()[s][k];
      }
      squares += (lost - 1 + quality.cosineMean()) * (lost - 1 + quality.cosineMean());
    }
    double error = Math.sqrt(squares / (found.length - 1.0) / found.length);
    return new Candidate.Quality(quality, error);
  }
}
