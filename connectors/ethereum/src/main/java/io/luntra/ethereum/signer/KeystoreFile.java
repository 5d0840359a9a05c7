package io.luntra.ethereum.signer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.WalletFile;
import org.web3j.crypto.exception.CipherException;

/**
 * A V3 keystore (Web3 Secret Storage): a private key, encrypted with AES-128-CTR under a key that
 * scrypt or PBKDF2 makes from a password. What it asks of them is bounded before they run. Messages
 * quote nothing of the file but numbers: it may be a file of keys or passwords, named by mistake.
 */
final class KeystoreFile {
  /** Most that scrypt may take: 128 N r bytes (RFC 7914). */
  static final long MAX_SCRYPT_BYTES = 512L << 20;

  static final int MAX_SCRYPT_P = 16;
  static final int MAX_PBKDF2_ITERATIONS = 10_000_000;

  private static final int MAX_SCRYPT_R = 1024;
  private static final int VERSION = 3;
  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 16;
  private static final int MAX_SALT_BYTES = 256;
  private static final String CIPHER = "aes-128-ctr";
  private static final String PRF = "hmac-sha256";
  private static final String SCRYPT = "scrypt";
  private static final String PBKDF2 = "pbkdf2";
  private static final Pattern ADDRESS = Pattern.compile("(0x)?[0-9a-fA-F]{40}");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final String name;
  private final WalletFile wallet;
  private final Optional<String> address;

  private KeystoreFile(String name, WalletFile wallet, Optional<String> address) {
    this.name = name;
    this.wallet = wallet;
    this.address = address;
  }

  /**
   * Reads a file and checks its form; needs no password.
   *
   * @throws InvalidInputException when it is larger than 65,536 bytes, is no V3 keystore, or asks
   *     for more memory or work than is given
   */
  static KeystoreFile read(Path file) {
    String name = "Keystore " + file;
    return new Fields(name).keystore(SecretText.bytes(file, name));
  }

  /** 0x and 40 lower-case digits; where the file says it, not verified. */
  Optional<String> address() {
    return address;
  }

  /**
   * The key. Where the file does not say its address, a damaged IV gives another key unnoticed: the
   * format's MAC does not cover it.
   *
   * @throws InvalidInputException when the password is another's, or the key is not that of the
   *     address the file says
   */
  // The causes are left out: they have seen password and key.
  @SuppressWarnings("UnusedException")
  Credentials decrypt(String password) {
    Credentials credentials;
    try {
      credentials = Credentials.create(Wallet.decrypt(password, wallet));
    } catch (CipherException e) {
      throw new InvalidInputException(name + ": wrong password, or the file is damaged");
    } catch (RuntimeException e) {
      throw new InvalidInputException(name + ": what it holds is no key of secp256k1");
    }
    if (!HexKeys.isPrivateKey(credentials.getEcKeyPair().getPrivateKey())) {
      throw new InvalidInputException(name + ": what it holds is no key of secp256k1");
    }
    if (address.isPresent() && !address.get().equals(credentials.getAddress())) {
      throw new InvalidInputException(
          "%s says that it is of account %s, but holds the key of %s"
              .formatted(name, address.get(), credentials.getAddress()));
    }
    return credentials;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Takes fields out of JSON, one by one. */
  private record Fields(String name) {

    KeystoreFile keystore(byte[] bytes) {
      JsonNode root = parse(bytes);
      if (number(root, "version", 1, Integer.MAX_VALUE) != VERSION) {
        throw malformed("version", "another version, expected 3");
      }
      JsonNode crypto = object(root, root.has("Crypto") ? "Crypto" : "crypto");
      WalletFile.CipherParams cipherParams = new WalletFile.CipherParams();
      cipherParams.setIv(hex(object(crypto, "cipherparams"), "iv", IV_BYTES, IV_BYTES));

      WalletFile.Crypto encrypted = new WalletFile.Crypto();
      encrypted.setCipher(oneOf(crypto, "cipher", CIPHER));
      encrypted.setCipherparams(cipherParams);
      // Some writers leave out the leading zeros of a key.
      encrypted.setCiphertext(hex(crypto, "ciphertext", 1, KEY_BYTES));
      encrypted.setMac(hex(crypto, "mac", KEY_BYTES, KEY_BYTES));
      encrypted.setKdf(oneOf(crypto, "kdf", SCRYPT, PBKDF2));
      JsonNode kdf = object(crypto, "kdfparams");
      if (encrypted.getKdf().equals(SCRYPT)) {
        encrypted.setKdfparams(scrypt(kdf));
      } else {
        encrypted.setKdfparams(pbkdf2(kdf));
      }

      WalletFile wallet = new WalletFile();
      wallet.setVersion(VERSION);
      wallet.setCrypto(encrypted);
      return new KeystoreFile(name, wallet, address(root));
    }

    private WalletFile.ScryptKdfParams scrypt(JsonNode kdf) {
      int n = number(kdf, "n", 2, Integer.MAX_VALUE);
      int r = number(kdf, "r", 1, MAX_SCRYPT_R);
      if (Integer.bitCount(n) != 1) {
        throw malformed("n", n + ", expected a power of two");
      }
      if (128L * n * r > MAX_SCRYPT_BYTES) {
        throw malformed(
            "n",
            "%d with r %d takes %,d bytes, expected at most %,d"
                .formatted(n, r, 128L * n * r, MAX_SCRYPT_BYTES));
      }
      if (r == 1 && n >= 1 << 16) {
        throw malformed("n", n + " with r 1, expected below 65536 (RFC 7914)");
      }
      WalletFile.ScryptKdfParams params = new WalletFile.ScryptKdfParams();
      params.setN(n);
      params.setR(r);
      params.setP(number(kdf, "p", 1, MAX_SCRYPT_P));
      params.setDklen(number(kdf, "dklen", KEY_BYTES, KEY_BYTES));
      params.setSalt(hex(kdf, "salt", 1, MAX_SALT_BYTES));
      return params;
    }

    private WalletFile.Aes128CtrKdfParams pbkdf2(JsonNode kdf) {
      WalletFile.Aes128CtrKdfParams params = new WalletFile.Aes128CtrKdfParams();
      params.setC(number(kdf, "c", 1, MAX_PBKDF2_ITERATIONS));
      params.setPrf(oneOf(kdf, "prf", PRF));
      params.setDklen(number(kdf, "dklen", KEY_BYTES, KEY_BYTES));
      params.setSalt(hex(kdf, "salt", 1, MAX_SALT_BYTES));
      return params;
    }

    private Optional<String> address(JsonNode root) {
      JsonNode address = root.path("address");
      if (address.isMissingNode() || address.isNull()) {
        return Optional.empty();
      }
      if (!address.isTextual() || !ADDRESS.matcher(address.textValue()).matches()) {
        throw malformed("address", "not 40 hex digits");
      }
      String digits = address.textValue().toLowerCase(Locale.ROOT);
      return Optional.of(digits.startsWith("0x") ? digits : "0x" + digits);
    }

    // Jackson's messages quote what they could not read.
    @SuppressWarnings("UnusedException")
    private JsonNode parse(byte[] bytes) {
      try {
        JsonNode root = JSON.readTree(bytes);
        if (root.isObject()) {
          return root;
        }
      } catch (JsonProcessingException e) {
        String where =
            e.getLocation() == null
                ? ""
                : " at line %d, column %d"
                    .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        throw new InvalidInputException(name + " is not JSON" + where);
      } catch (IOException e) {
        throw new InvalidInputException(name + " is not JSON");
      }
      throw new InvalidInputException(name + " is not a JSON object");
    }

    private JsonNode object(JsonNode parent, String field) {
      JsonNode object = field(parent, field);
      if (!object.isObject()) {
        throw malformed(field, "not an object");
      }
      return object;
    }

    private String oneOf(JsonNode parent, String field, String... known) {
      JsonNode value = field(parent, field);
      for (String text : known) {
        if (value.isTextual() && value.textValue().equals(text)) {
          return text;
        }
      }
      throw malformed(field, "not known, expected " + String.join(" or ", known));
    }

    private int number(JsonNode parent, String field, int min, int max) {
      JsonNode value = field(parent, field);
      if (!value.isIntegralNumber()) {
        throw malformed(field, "not a whole number");
      }
      if (!value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
        String found = value.canConvertToLong() ? value.asText() : "out of range";
        throw malformed(
            field,
            min == max
                ? "%s, expected %d".formatted(found, min)
                : "%s, expected %d to %d".formatted(found, min, max));
      }
      return value.intValue();
    }

    // The cause quotes a character.
    @SuppressWarnings("UnusedException")
    private String hex(JsonNode parent, String field, int minBytes, int maxBytes) {
      JsonNode value = field(parent, field);
      if (!value.isTextual()) {
        throw malformed(field, "not a string");
      }
      String text = value.textValue();
      String digits = text.startsWith("0x") ? text.substring(2) : text;
      byte[] bytes;
      try {
        bytes = HexFormat.of().parseHex(digits);
      } catch (IllegalArgumentException e) {
        throw malformed(field, "not pairs of hex digits");
      }
      if (bytes.length < minBytes || bytes.length > maxBytes) {
        throw malformed(
            field,
            "%d bytes, expected %s"
                .formatted(
                    bytes.length, minBytes == maxBytes ? minBytes : minBytes + " to " + maxBytes));
      }
      return digits;
    }

    private JsonNode field(JsonNode parent, String field) {
      JsonNode value = parent.path(field);
      if (value.isMissingNode() || value.isNull()) {
        throw malformed(field, "missing");
      }
      return value;
    }

    private InvalidInputException malformed(String field, String found) {
      return new InvalidInputException(
          "%s is not a V3 keystore that can be used: field %s: %s".formatted(name, field, found));
    }
  }
}
