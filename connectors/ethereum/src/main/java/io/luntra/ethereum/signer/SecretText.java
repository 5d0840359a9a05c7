package io.luntra.ethereum.signer;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a secret text is: in a file or in an environment variable.
 *
 * @param what for messages, such as "key file"
 * @param name path of the file, or name of the variable
 */
record SecretText(Kind kind, String what, String name) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Longest file that is read. */
  static final int MAX_FILE_BYTES = 64 * 1024;

  /** What a name names. */
  enum Kind {
    FILE,
    ENVIRONMENT
  }

  SecretText {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(name, "name");
  }

  static SecretText file(String what, Path path) {
    return new SecretText(Kind.FILE, what, path.toString());
  }

  static SecretText environment(String variable) {
    return new SecretText(Kind.ENVIRONMENT, "environment variable", variable);
  }

  /** Empty when the variable is not set; a file must exist. */
  Optional<String> read(UnaryOperator<String> environment) {
    if (kind == Kind.ENVIRONMENT) {
      return Optional.ofNullable(environment.apply(name));
    }
    byte[] bytes = bytes(Path.of(name), toString());
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IOException e) {
      throw new InvalidInputException("%s is not text in UTF-8".formatted(this), e);
    }
  }

  /** The bytes of a file of at most {@link #MAX_FILE_BYTES}. */
  static byte[] bytes(Path path, String description) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MAX_FILE_BYTES + 1);
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read".formatted(description), e);
    }
    if (bytes.length > MAX_FILE_BYTES) {
      throw new InvalidInputException(
          "%s is larger than %d bytes".formatted(description, MAX_FILE_BYTES));
    }
    return bytes;
  }

  /** Where it is. */
  @Override
  public String toString() {
    return what + " " + name;
  }
}
