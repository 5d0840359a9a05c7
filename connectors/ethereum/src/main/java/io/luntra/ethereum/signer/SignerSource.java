package io.luntra.ethereum.signer;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the lanes' signers come from, never a key or a password itself: it is part of a job graph,
 * and may be printed. What it names is read where the committer runs. For keys in a key management
 * service, implement this and {@link Signer}.
 */
public interface SignerSource extends Serializable {

  /**
   * A file with private keys: each 64 hex digits with or without 0x, one per lane in order,
   * separated by white space or commas; at most 65,536 bytes.
   */
  static SignerSource keyFile(Path file) {
    return new HexKeys(SecretText.file("key file", file));
  }

  /** An environment variable that holds what a key file holds. */
  static SignerSource keyEnvironment(String variable) {
    return new HexKeys(SecretText.environment(variable));
  }

  /**
   * V3 keystores (Web3 Secret Storage).
   *
   * @param path a keystore, or a folder of them: files named UTC--* or *.json, one per lane in
   *     order of their names
   */
  static SignerSource keystore(Path path, PasswordSource password) {
    return new Keystores(path.toString(), password);
  }

  /**
   * A service that keeps the keys and signs by JSON-RPC; see {@link RemoteSigner}. Where the
   * environment variables LUNTRA_SIGNER_USER and LUNTRA_SIGNER_PASSWORD are set, they go with each
   * request as HTTP Basic authentication.
   *
   * @param url http or https, without user and password
   * @param accounts addresses of at least one account, one per lane in order, none twice
   * @throws io.luntra.failure.InvalidInputException for another URL or account
   */
  static SignerSource remote(String url, List<String> accounts) {
    return new RemoteSigners(url, accounts);
  }

  /**
   * The lanes' signers, in order.
   *
   * @throws io.luntra.failure.InvalidInputException when there is none, or one cannot be used;
   *     never quoting a key or a password
   */
  List<Signer> load();

  /**
   * The lanes' addresses in order, 0x and 40 lower-case digits each. Needs no password where the
   * source says them; fails as {@link #load()} does.
   */
  List<String> addresses();
}
