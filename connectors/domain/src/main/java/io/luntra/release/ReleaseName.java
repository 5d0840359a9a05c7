package io.luntra.release;

import io.luntra.failure.InvalidInputException;
import java.util.regex.Pattern;

/** NAME@VERSION: which release of which model. Written to the chain, so kept to plain ASCII. */
public record ReleaseName(String name, String version) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._/-]{0,95}");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,47}");

  public ReleaseName {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "Model name \"" + name + "\" does not match " + NAME.pattern());
    }
    if (!VERSION.matcher(version).matches()) {
      throw new InvalidInputException(
          "Version \"" + version + "\" does not match " + VERSION.pattern());
    }
  }

  /** Parses NAME@VERSION. */
  public static ReleaseName parse(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      throw new InvalidInputException("\"" + text + "\" is not NAME@VERSION");
    }
    return new ReleaseName(text.substring(0, at), text.substring(at + 1));
  }

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
