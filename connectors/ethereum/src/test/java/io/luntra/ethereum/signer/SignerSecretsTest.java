package io.luntra.ethereum.signer;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Wallet;
import org.web3j.protocol.ObjectMapperFactory;
import org.web3j.utils.Numeric;

/** Whatever goes right or wrong, and whatever is mistaken for what: keys and passwords stay out. */
class SignerSecretsTest {
  private static final String ACCOUNT = "0x00000000000000000000000000000000000a11ce";

  private Path folder;

  @BeforeProperty
  void createFolder() throws IOException {
    folder = Files.createTempDirectory("secrets");
  }

  @AfterProperty
  void deleteFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 100)
  void nothingThatIsPrintedHoldsASecret(
      @ForAll @Size(32) byte[] keyBytes,
      @ForAll @AlphaChars @NumericChars @StringLength(min = 8, max = 40) String word)
      throws Exception {
    keyBytes[0] = 0x5a;
    // No hex digits, so that no address holds it by chance.
    String password = "quux" + word;
    String key = HexFormat.of().formatHex(keyBytes);
    Secrets secrets = new Secrets(List.of(key, key.substring(0, 12), password));
    String keystore =
        ObjectMapperFactory.getObjectMapper()
            .writeValueAsString(
                Wallet.create(password, ECKeyPair.create(Numeric.toBigInt(key)), 1 << 4, 1));
    Path passwordFile = write("password", password);
    PasswordSource right = PasswordSource.file(passwordFile);
    PasswordSource other = PasswordSource.file(write("other", password + "x"));
    Path keystoreFile = write("keystore", keystore);

    secrets.check(SignerSource.keyFile(write("keys", key)), true);
    secrets.check(SignerSource.keystore(keystoreFile, right), true);
    secrets.check(SignerSource.keystore(keystoreFile, other), false);
    for (String wrong :
        List.of(
            key + "0",
            key.replace('5', 'x'),
            "0x" + key + "," + password,
            password,
            "\"" + password + "\"",
            keystore)) {
      secrets.check(SignerSource.keyFile(write("wrong", wrong)), false);
    }
    for (String wrong :
        List.of(
            key,
            password,
            "[\"" + password + "\"]",
            "{\"version\":3,\"" + password + "\":" + password,
            keystore.replace("scrypt", password),
            keystore.replace("aes-128-ctr", password),
            keystore.replaceFirst("\"n\":16", "\"n\":\"" + password + "\""),
            keystore.replaceFirst("\"mac\":\"", "\"mac\":\"" + key),
            keystore.replaceFirst("\"address\":\"", "\"address\":\"" + key))) {
      secrets.check(SignerSource.keystore(write("wrong", wrong), right), false);
    }
    Path notText = folder.resolve("not-text");
    byte[] bytes = (password + "\0").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 1] = (byte) 0xff;
    Files.write(notText, bytes);
    secrets.check(SignerSource.keystore(keystoreFile, PasswordSource.file(notText)), false);
    secrets.check(SignerSource.keyFile(notText), false);

    secrets.checkText(
        outcome(() -> SignerSource.remote("http://me:" + password + "@host", List.of(ACCOUNT))));
    secrets.checkText(outcome(() -> SignerSource.remote(password + "://host", List.of(ACCOUNT))));
    secrets.checkText(outcome(() -> SignerSource.remote("http://host", List.of(key))));
    secrets.checkText(
        outcome(() -> SignerSource.remote("http://h/" + password, List.of(ACCOUNT)).toString()));
    Map<String, String> environment =
        Map.of("LUNTRA_SIGNER_USER", key, "LUNTRA_SIGNER_PASSWORD", password);
    secrets.checkText(
        outcome(
            () ->
                new RemoteSigners("http://host/" + password, List.of(ACCOUNT))
                    .load(environment::get)));
    secrets.checkText(outcome(() -> new LocalSigner(Credentials.create(key))));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** What a caller may print: the result, or the failure with all its causes. */
  private static String outcome(Callable<?> call) throws Exception {
    try {
      return String.valueOf(call.call());
    } catch (LuntraException e) {
      StringWriter text = new StringWriter();
      e.printStackTrace(new PrintWriter(text));
      return text.toString();
    }
  }

  private record Secrets(List<String> secrets) {
    void check(SignerSource source, boolean loads) throws Exception {
      checkText(source.toString());
      checkText(outcome(source::addresses));
      String loaded = outcome(source::load);
      checkText(loaded);
      assertThat(loaded.startsWith("[0x")).as(loaded).isEqualTo(loads);
    }

    void checkText(String text) {
      assertThat(text).doesNotContainIgnoringCase(secrets.toArray(String[]::new));
    }
  }
}
