package io.luntra.ethereum.signer;

import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Where the passwords of keystores are, never the passwords themselves: one for all keystores, or
 * one per line in the order of the keystores. A line is the password, its white space included.
 */
public final class PasswordSource implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SecretText text;

  private PasswordSource(SecretText text) {
    this.text = text;
  }

  /** A file of at most 65,536 bytes, in UTF-8. */
  public static PasswordSource file(Path file) {
    return new PasswordSource(SecretText.file("password file", file));
  }

  public static PasswordSource environment(String variable) {
    return new PasswordSource(SecretText.environment(variable));
  }

  /** One password for each of so many keystores. */
  List<String> read(int keystores, UnaryOperator<String> environment) {
    List<String> passwords =
        text.read(environment)
            .map(content -> content.lines().toList())
            .filter(lines -> !lines.isEmpty())
            .orElseThrow(() -> new InvalidInputException("No password in " + text));
    if (passwords.size() == 1) {
      return Collections.nCopies(keystores, passwords.get(0));
    }
    if (passwords.size() != keystores) {
      throw new InvalidInputException(
          "%d passwords in %s, expected 1 or one for each of %d keystores"
              .formatted(passwords.size(), text, keystores));
    }
    return passwords;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PasswordSource that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text);
  }

  /** Where it is. */
  @Override
  public String toString() {
    return text.toString();
  }
}
