package io.luntra.ethereum.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedStatementTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARKET = "0x" + "ab".repeat(20);

  @TempDir Path folder;
  private SignedStatement voucher;
  private byte[] bytes;

  @BeforeEach
  void sign() throws Exception {
    Signer attester =
        SignerSource.keyFile(Files.writeString(folder.resolve("key"), "11".repeat(32)))
            .load()
            .get(0);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(
        "nonce", "115792089237316195423570985008687907853269984665640564039457584007913129639935");
    fields.put("buyer", "0x" + "01".repeat(20));
    fields.put("releaseId", "0x" + "02".repeat(32));
    fields.put("quantity", "3");
    fields.put("attester", attester.address());
    fields.put("class", "0x" + "03".repeat(32));
    fields.put("region", "0x" + "00".repeat(32));
    fields.put("maxPrice", "10000000000000000000");
    fields.put("deadline", "1893456000");
    voucher =
        SignedStatement.by(attester, new Statement(Statement.Kind.VOUCHER, 31_337, MARKET, fields));
    bytes = voucher.json().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static SignedStatement parse(byte[] bytes) {
    return SignedStatement.parse(Statement.Kind.VOUCHER, bytes);
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void isReadAsItWasWrittenAndNeverWrittenOver() throws IOException {
    Path file = folder.resolve("voucher.json");
    voucher.write(file);
    assertThat(SignedStatement.read(Statement.Kind.VOUCHER, file)).isEqualTo(voucher);
    assertThat(Files.readString(file)).doesNotContain("11".repeat(32));
    assertThatThrownBy(() -> voucher.write(file)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> SignedStatement.read(Statement.Kind.RECEIPT, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("voucher.json: format: expected \"luntra-license-receipt\"");
    assertThatThrownBy(() -> SignedStatement.read(Statement.Kind.VOUCHER, folder))
        .isInstanceOf(InvalidInputException.class);
  }

  /** Whatever else a changed file says, it says nothing that the attester did not sign. */
  @Test
  void changedBytesAreRefusedOrSayTheSame() {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] changed = bytes.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      try {
        assertThat(parse(changed)).isEqualTo(voucher);
      } catch (InvalidInputException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(4_500);
  }

  @Test
  void whatIsCutOffIsRefused() {
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> parse(cut)).isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> parse(new byte[8_193]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at most 8192 bytes");
    assertThatThrownBy(() -> parse("[".repeat(8_000).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void whatIsNotSaidOrTooMuchIsNamed() throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(bytes);
    String text = json.toString();
    assertRefused("{}", "format: expected a text");
    assertRefused("[]", "format: expected a text");
    assertRefused("7", "format: expected a text");
    assertRefused("null", "format: expected a text");
    assertRefused(text + "{}", "not JSON");
    assertRefused(text.replace("\"version\":1", "\"version\":2"), "version: expected 1, found 2");
    assertRefused(text.replace("\"version\":1", "\"version\":1,\"version\":1"), "not JSON");
    assertRefused(text.replace("\"version\":1", "\"version\":1,\"more\":1"), "\"more\"");
    assertRefused(text.replace("\"quantity\":\"3\"", "\"quantity\":3"), "quantity: expected a");
    assertRefused(
        text.replace("\"quantity\":\"3\"", "\"quantity\":\"65536\""),
        "Voucher: quantity: expected uint16, found \"65536\"");
    assertRefused(
        text.replace("\"quantity\":\"3\"", "\"quantity\":\"03\""), "quantity: expected uint16");
    assertRefused(text.replace("\"quantity\":\"3\",", ""), "quantity is missing");
    assertRefused(
        text.replace("\"quantity\":\"3\"", "\"quantity\":\"3\",\"size\":\"3\""),
        "unknown field \"size\"");
    assertRefused(
        text.replace("\"quantity\":\"3\"", "\"quantity\":\"2\""), ", expected " + voucher.signer());
    assertRefused(
        text.replace("\"chainId\":31337", "\"chainId\":1"), ", expected " + voucher.signer());
    assertRefused(
        text.replace("\"chainId\":31337", "\"chainId\":99999999999999999999"), "at most 63 bits");
  }
}
