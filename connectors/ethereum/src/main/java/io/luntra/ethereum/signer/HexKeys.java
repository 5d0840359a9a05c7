package io.luntra.ethereum.signer;

import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Sign;
import org.web3j.utils.Numeric;

/** Private keys in hex. */
record HexKeys(SecretText text) implements SignerSource {
  private static final long serialVersionUID = 1L;
  private static final Pattern KEY = Pattern.compile("(0x)?[0-9a-fA-F]{64}");
  private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");

  HexKeys {
    Objects.requireNonNull(text, "text");
  }

  @Override
  public List<Signer> load() {
    return load(System::getenv);
  }

  @Override
  public List<String> addresses() {
    return load().stream().map(Signer::address).toList();
  }

  List<Signer> load(UnaryOperator<String> environment) {
    String keys =
        text.read(environment)
            .map(String::strip)
            .filter(content -> !content.isEmpty())
            .orElseThrow(() -> new InvalidInputException("No key in " + text));
    List<Signer> signers = new ArrayList<>();
    for (String key : SEPARATOR.splitAsStream(keys).toList()) {
      signers.add(new LocalSigner(credentials(key, signers.size() + 1)));
    }
    return List.copyOf(signers);
  }

  private Credentials credentials(String key, int number) {
    if (!KEY.matcher(key).matches()) {
      throw new InvalidInputException(
          "Key %d in %s is not 64 hex digits but has %d characters"
              .formatted(number, text, key.length()));
    }
    if (!isPrivateKey(Numeric.toBigInt(key))) {
      throw new InvalidInputException(
          "Key %d in %s is 0 or not below the order of secp256k1".formatted(number, text));
    }
    return Credentials.create(key);
  }

  /** Whether secp256k1 has a public key for it. */
  static boolean isPrivateKey(BigInteger number) {
    return number.signum() > 0 && number.compareTo(Sign.CURVE_PARAMS.getN()) < 0;
  }

  @Override
  public String toString() {
    return "keys of " + text;
  }
}
