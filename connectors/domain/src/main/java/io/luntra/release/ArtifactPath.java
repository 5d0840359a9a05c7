package io.luntra.release;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;

/** Rules for paths inside a release: relative, '/' separated, nothing that leaves its folder. */
public final class ArtifactPath {
  private static final int MAX_LENGTH = 1024;

  private ArtifactPath() {}

  /**
   * Checks a path that may come from a stranger's manifest or model file.
   *
   * @return the same path
   * @throws InvalidInputException when it is empty, absolute, longer than 1024 characters, or has a
   *     backslash, a colon, a control character, an empty segment, "." or ".."
   */
  public static String check(String path) {
    boolean bad = path.isEmpty() || path.length() > MAX_LENGTH || path.startsWith("/");
    bad |= path.chars().anyMatch(c -> c < 0x20 || c == 0x7f || c == '\\' || c == ':');
    for (String segment : path.split("/", -1)) {
      bad |= segment.isEmpty() || segment.equals(".") || segment.equals("..");
    }
    if (bad) {
      throw new InvalidInputException(
          "Artifact path \"" + ForeignText.printable(path) + "\" is not a plain relative path");
    }
    return path;
  }
}
