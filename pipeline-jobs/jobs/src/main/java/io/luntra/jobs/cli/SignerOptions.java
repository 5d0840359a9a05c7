package io.luntra.jobs.cli;

import io.luntra.ethereum.signer.PasswordSource;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.failure.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Who signs: at most one of a key file, keystores and a remote signer. */
final class SignerOptions {
  static final String KEYS_VARIABLE = "LUNTRA_KEYS";
  static final String PASSWORD_VARIABLE = "LUNTRA_KEYSTORE_PASSWORD";

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "File with private keys in hex, one per lane; the first account is the publisher. Blob"
              + " accounts must send nothing else. Default: the keys in LUNTRA_KEYS.")
  private Path keyFile;

  @Option(
      names = "--keystore",
      paramLabel = "PATH",
      description =
          "V3 keystore instead of a key file, or a folder of them: files named UTC--* or *.json,"
              + " one per lane in order of their names; the first account is the publisher.")
  private Path keystore;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "File with the password of all keystores, or one per line in their order. Default: the"
              + " same in LUNTRA_KEYSTORE_PASSWORD.")
  private Path passwordFile;

  @Option(
      names = "--signer",
      paramLabel = "URL",
      description =
          "Service that keeps the keys and signs by eth_signTransaction, instead of a key file."
              + " User and password, if it wants them: LUNTRA_SIGNER_USER and"
              + " LUNTRA_SIGNER_PASSWORD.")
  private String signer;

  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      split = ",",
      description = "Accounts that --signer signs for, one per lane; the first is the publisher.")
  private List<String> accounts;

  /**
   * Where the signers come from; nothing is read yet.
   *
   * @throws InvalidInputException when options do not go together
   */
  SignerSource source() {
    if (Stream.of(keyFile, keystore, signer).filter(Objects::nonNull).count() > 1) {
      throw new InvalidInputException("Give at most one of --key-file, --keystore and --signer");
    }
    if (passwordFile != null && keystore == null) {
      throw new InvalidInputException("--password-file needs --keystore");
    }
    if (accounts != null && signer == null) {
      throw new InvalidInputException("--account needs --signer");
    }
    if (signer != null && accounts == null) {
      throw new InvalidInputException("--signer needs --account");
    }
    if (keystore != null) {
      return SignerSource.keystore(
          keystore,
          passwordFile == null
              ? PasswordSource.environment(PASSWORD_VARIABLE)
              : PasswordSource.file(passwordFile));
    }
    if (signer != null) {
      return SignerSource.remote(signer, accounts);
    }
    return keyFile == null
        ? SignerSource.keyEnvironment(KEYS_VARIABLE)
        : SignerSource.keyFile(keyFile);
  }
}
