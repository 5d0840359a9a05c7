package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;

/** How a sentence's embedding follows from those of its tokens. */
public enum Pooling {
  /** Their mean. */
  MEAN,
  /** That of the first token, as of the BGE models. */
  CLS;

  /** The word for it: {@code mean} or {@code cls}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The pooling of a word.
   *
   * @throws InvalidInputException if there is none of this name
   */
  public static Pooling fromId(String id) {
    return Arrays.stream(values())
        .filter(pooling -> pooling.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> new InvalidInputException("Unknown pooling '" + id + "': expected mean or cls"));
  }
}
