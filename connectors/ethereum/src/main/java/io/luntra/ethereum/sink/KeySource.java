package io.luntra.ethereum.sink;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.web3j.crypto.Credentials;

/**
 * Where the lanes' private keys are, never the keys themselves: each 64 hex digits with or without
 * 0x, one per lane in order, separated by white space or commas. Read where the committer runs.
 *
 * @param name path of a file, or name of an environment variable
 */
public record KeySource(Kind kind, String name) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern KEY = Pattern.compile("(0x)?[0-9a-fA-F]{64}");
  private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");
  private static final long MAX_FILE_BYTES = 64 * 1024;

  /** What a name names. */
  public enum Kind {
    FILE,
    ENVIRONMENT
  }

  public KeySource {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(name, "name");
  }

  public static KeySource file(Path path) {
    return new KeySource(Kind.FILE, path.toString());
  }

  public static KeySource environment(String variable) {
    return new KeySource(Kind.ENVIRONMENT, variable);
  }

  /**
   * Reads the keys.
   *
   * @throws InvalidInputException when there is none, or one is malformed; never quoting a key
   */
  public List<Credentials> load() {
    return load(System::getenv);
  }

  /** The lanes' addresses, 0x and 40 lower-case digits each; fails as {@link #load()} does. */
  public List<String> addresses() {
    return load().stream().map(Credentials::getAddress).toList();
  }

  List<Credentials> load(UnaryOperator<String> environment) {
    String text = kind == Kind.FILE ? readFile() : environment.apply(name);
    if (text == null || text.isBlank()) {
      throw new InvalidInputException("No key in %s".formatted(describe()));
    }
    List<Credentials> keys = new ArrayList<>();
    for (String key : SEPARATOR.splitAsStream(text.strip()).toList()) {
      if (!KEY.matcher(key).matches()) {
        throw new InvalidInputException(
            "Key %d in %s is not 64 hex digits but has %d characters"
                .formatted(keys.size() + 1, describe(), key.length()));
      }
      keys.add(Credentials.create(key));
    }
    return List.copyOf(keys);
  }

  private String readFile() {
    try {
      Path path = Path.of(name);
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw new InvalidInputException(
            "%s is larger than %d bytes".formatted(describe(), MAX_FILE_BYTES));
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read".formatted(describe()), e);
    }
  }

  private String describe() {
    return kind == Kind.FILE ? "key file " + name : "environment variable " + name;
  }
}
