package io.luntra.quality;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a {@code tokenizer.json} of Hugging Face: no padding, sequences are cut. */
public final class TokenizerFile {
  private static final String OFFLINE = "ai.djl.offline";

  /** Several times the largest that are in use; the library takes a multiple of it in memory. */
  private static final long MOST_BYTES = 100_000_000;

  private TokenizerFile() {}

  /**
   * Opens one. Nothing is downloaded: the first use sets DJL's system property {@code
   * ai.djl.offline} to true unless the user has set it.
   *
   * @param options tokens that a sequence is cut to
   * @throws InvalidInputException when it is missing, longer than 100,000,000 bytes, or can't be
   *     loaded
   */
  public static HuggingFaceTokenizer open(Path tokenizer, EmbeddingOptions options) {
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
    try {
      long bytes = Files.size(tokenizer);
      if (bytes > MOST_BYTES) {
        throw new InvalidInputException(
            "Tokenizer %s of %d bytes: expected at most %d"
                .formatted(tokenizer, bytes, MOST_BYTES));
      }
      return HuggingFaceTokenizer.builder()
          .optTokenizerPath(tokenizer)
          .optPadding(false)
          .optTruncation(true)
          .optMaxLength(options.maximumTokens())
          .build();
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          "Tokenizer " + tokenizer + " cannot be loaded: " + e.getMessage(), e);
    }
  }
}
