package io.luntra.ethereum.signer;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * V3 keystores.
 *
 * @param path of one, or of a folder of them
 */
record Keystores(String path, PasswordSource password) implements SignerSource {
  private static final long serialVersionUID = 1L;

  Keystores {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(password, "password");
  }

  @Override
  public List<Signer> load() {
    return load(System::getenv);
  }

  @Override
  public List<String> addresses() {
    return addresses(System::getenv);
  }

  List<Signer> load(UnaryOperator<String> environment) {
    List<KeystoreFile> files = files();
    List<String> passwords = password.read(files.size(), environment);
    List<Signer> signers = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      signers.add(new LocalSigner(files.get(i).decrypt(passwords.get(i))));
    }
    return List.copyOf(signers);
  }

  List<String> addresses(UnaryOperator<String> environment) {
    List<KeystoreFile> files = files();
    if (files.stream().allMatch(file -> file.address().isPresent())) {
      return files.stream().map(file -> file.address().orElseThrow()).toList();
    }
    return load(environment).stream().map(Signer::address).toList();
  }

  private List<KeystoreFile> files() {
    Path place = Path.of(path);
    if (!Files.isDirectory(place)) {
      return List.of(KeystoreFile.read(place));
    }
    List<Path> found;
    try (Stream<Path> entries = Files.list(place)) {
      found =
          entries
              .filter(Keystores::isKeystore)
              .sorted(Comparator.comparing(file -> file.getFileName().toString()))
              .toList();
    } catch (IOException e) {
      throw new InvalidInputException("Keystore folder %s can't be read".formatted(path), e);
    }
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "No keystore in folder %s: expected files named UTC--* or *.json".formatted(path));
    }
    return found.stream().map(KeystoreFile::read).toList();
  }

  private static boolean isKeystore(Path file) {
    String name = file.getFileName().toString();
    return (name.startsWith("UTC--") || name.endsWith(".json")) && Files.isRegularFile(file);
  }

  @Override
  public String toString() {
    return "keystore %s, password of %s".formatted(path, password);
  }
}
