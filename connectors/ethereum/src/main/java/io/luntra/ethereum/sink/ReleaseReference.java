package io.luntra.ethereum.sink;

import io.luntra.failure.InvalidInputException;
import java.util.regex.Pattern;

/**
 * Names a staged release; its payload stays in the staging store.
 *
 * @param releaseKey 64 lower-case hex digits
 */
public record ReleaseReference(String releaseKey) {
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

  public ReleaseReference {
    if (!KEY.matcher(releaseKey).matches()) {
      throw new InvalidInputException(
          "Release key \"%s\", expected 64 hex digits".formatted(releaseKey));
    }
  }
}
