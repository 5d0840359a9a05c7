package io.luntra.codec;

import io.luntra.failure.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a model is compressed. */
public enum Profile {
  /** FP32 tensors of two and more dimensions on a grid of 8-bit integers per row; others exact. */
  INT8,
  /** Every bit is kept. */
  LOSSLESS;

  private final String id = name().toLowerCase(Locale.ROOT);

  /** Name as written in a catalog, in a manifest and on the command line. */
  public String id() {
    return id;
  }

  /**
   * The profile of a name.
   *
   * @throws InvalidInputException if no profile has this name
   */
  public static Profile fromId(String id) {
    for (Profile profile : values()) {
      if (profile.id.equals(id)) {
        return profile;
      }
    }
    throw new InvalidInputException(
        Arrays.stream(values())
            .map(Profile::id)
            .collect(
                Collectors.joining(", ", "Unknown profile '" + id + "': expected one of ", "")));
  }
}
