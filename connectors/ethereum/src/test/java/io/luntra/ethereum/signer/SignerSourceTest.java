package io.luntra.ethereum.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;

class SignerSourceTest {
  private static final String FIRST = "01".repeat(32);
  private static final String SECOND = "0x" + "02".repeat(32);
  private static final String ACCOUNT = "0x00000000000000000000000000000000000A11ce";

  @TempDir Path folder;

  private static String address(String key) {
    return Credentials.create(key).getAddress();
  }

  private static List<Signer> load(String variable, Map<String, String> environment) {
    return ((HexKeys) SignerSource.keyEnvironment(variable)).load(environment::get);
  }

  @Test
  void readsKeysInOrder() throws IOException {
    Path file = Files.writeString(folder.resolve("keys"), FIRST + "\n" + SECOND + "\n");
    assertThat(SignerSource.keyFile(file).load())
        .extracting(Signer::address)
        .containsExactly(address(FIRST), address(SECOND));
    assertThat(SignerSource.keyFile(file).addresses())
        .containsExactly(address(FIRST), address(SECOND));
    assertThat(load("KEYS", Map.of("KEYS", FIRST + "," + SECOND))).hasSize(2);
  }

  @Test
  void neverQuotesAKey() {
    String broken = SECOND.replace("0x02", "0xzz");
    Map<String, String> environment = Map.of("KEYS", FIRST + " " + broken);
    assertThatThrownBy(() -> load("KEYS", environment))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Key 2 in environment variable KEYS is not 64 hex digits but has 66 characters")
        .hasNoCause();
  }

  @Test
  void namesWhatIsMissing() {
    Path file = folder.resolve("nothing");
    assertThatThrownBy(() -> SignerSource.keyFile(file).load())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("key file %s can't be read", file);
    assertThatThrownBy(() -> load("NOTHING", Map.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("No key in environment variable NOTHING");
  }

  @Test
  void refusesWhatIsNoKeyOfTheCurve() {
    String order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for (String key : List.of("0".repeat(64), order, "f".repeat(64))) {
      assertThatThrownBy(() -> load("KEYS", Map.of("KEYS", key)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Key 1 in environment variable KEYS is 0 or not below the order");
    }
  }

  @Test
  void refusesAFileThatIsTooLarge() throws IOException {
    Path file = Files.write(folder.resolve("keys"), new byte[65_537]);
    assertThatThrownBy(() -> SignerSource.keyFile(file).load())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("key file %s is larger than 65536 bytes", file);
  }

  @Test
  void knowsTheAccountsOfARemoteSigner() {
    SignerSource source = SignerSource.remote("http://signer:9000/token", List.of(ACCOUNT));
    assertThat(source.addresses()).containsExactly("0x00000000000000000000000000000000000a11ce");
    assertThat(source.load()).extracting(Signer::address).isEqualTo(source.addresses());
    assertThat(source.toString()).doesNotContain("token").contains("signer:9000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "signer:9000", "ftp://signer", "http://", "http://a b", "http:///x"})
  void refusesAnotherUrl(String url) {
    assertThatThrownBy(() -> SignerSource.remote(url, List.of(ACCOUNT)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Remote signer: the URL is not of the form http://host:port")
        .hasNoCause();
  }

  @Test
  void refusesOtherAccountsOfARemoteSigner() {
    String url = "http://signer";
    assertThatThrownBy(() -> SignerSource.remote(url, List.of()))
        .hasMessage("No account of the remote signer");
    assertThatThrownBy(
            () -> SignerSource.remote(url, List.of(ACCOUNT, ACCOUNT.replace("A11", "a11"))))
        .hasMessageContaining("given twice");
    assertThatThrownBy(() -> SignerSource.remote(url, List.of(SECOND)))
        .hasMessageContaining("an account of 66 characters")
        .hasMessageNotContaining(SECOND.substring(2));
  }

  @Test
  void wantsUserAndPasswordOfARemoteSignerInTheEnvironment() {
    assertThatThrownBy(() -> SignerSource.remote("http://me:hunter2@signer", List.of(ACCOUNT)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("LUNTRA_SIGNER_PASSWORD")
        .hasMessageNotContaining("hunter2");
    RemoteSigners source = new RemoteSigners("http://signer", List.of(ACCOUNT));
    assertThatThrownBy(() -> source.load(Map.of("LUNTRA_SIGNER_PASSWORD", "hunter2")::get))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("LUNTRA_SIGNER_USER")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void travelsInAJobGraphWithoutSecrets() throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), FIRST);
    Path password = Files.writeString(folder.resolve("password"), "hunter2");
    List<SignerSource> sources =
        List.of(
            SignerSource.keyFile(file),
            SignerSource.keyEnvironment("KEYS"),
            SignerSource.keystore(folder, PasswordSource.file(password)),
            SignerSource.keystore(folder, PasswordSource.environment("PASSWORD")),
            SignerSource.remote("https://signer", List.of(ACCOUNT)));
    assertThat(SignerSource.keyFile(file).load()).hasToString("[" + address(FIRST) + "]");
    for (SignerSource source : sources) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(source);
      }
      ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      assertThat(in.readObject()).isEqualTo(source).hasSameHashCodeAs(source);
      assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain(FIRST, "hunter2");
      assertThat(source.toString()).doesNotContain(FIRST, "hunter2");
    }
  }
}
