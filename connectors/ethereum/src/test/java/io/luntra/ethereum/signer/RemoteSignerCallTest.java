package io.luntra.ethereum.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.endpoint.LocalNode;
import io.luntra.ethereum.transaction.CallTransaction;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.crypto.Credentials;

/** Ordinary transactions and typed data, signed by a service that may be dishonest. */
class RemoteSignerCallTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Credentials KEY = Credentials.create("0x" + "01".repeat(32));
  private static final Credentials OTHER_KEY = Credentials.create("0x" + "02".repeat(32));
  private static final CallTransaction ASKED = call(31337, 7, 1, 10, 50_000, "11", 5, "0102");
  private static final TypedData DATA = data("7");

  private final LocalNode node = new LocalNode();
  private final RemoteSigner signer =
      new RemoteSigner(new EndpointService(node.endpoint(1)), KEY.getAddress());
  private volatile JsonNode request;

  private static CallTransaction call(
      long chainId, long nonce, long tip, long fee, long gas, String to, long value, String data) {
    return new CallTransaction(
        chainId,
        nonce,
        BigInteger.valueOf(tip),
        BigInteger.valueOf(fee),
        gas,
        "0x" + to.repeat(20),
        BigInteger.valueOf(value),
        Hex.decode("0x" + data, data.length() / 2));
  }

  private static TypedData data(String nonce) {
    return TypedData.of(
        "Luntra license market",
        "1",
        31337,
        "0x" + "22".repeat(20),
        "Voucher",
        List.of(
            new TypedData.Field("address", "buyer", "0x" + "33".repeat(20)),
            new TypedData.Field("bytes32", "releaseId", "0x" + "44".repeat(32)),
            new TypedData.Field("uint256", "nonce", nonce)));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void answer(Object result) {
    node.on(
        "/",
        exchange -> {
          request = JSON.readTree(exchange.getRequestBody());
          LocalNode.write(
              exchange,
              200,
              JSON.createObjectNode()
                  .put("jsonrpc", "2.0")
                  .put("id", request.get("id").longValue())
                  .set("result", JSON.valueToTree(result))
                  .toString());
        });
  }

  @Test
  void asksForExactlyTheTransaction() throws Exception {
    answer(Hex.encode(ASKED.sign(KEY).bytes()));
    assertThat(signer.sign(ASKED)).isEqualTo(ASKED.sign(KEY));
    assertThat(request.get("method").textValue()).isEqualTo("eth_signTransaction");
    JsonNode asked = request.get("params").get(0);
    assertThat(asked.get("type").textValue()).isEqualTo("0x2");
    assertThat(asked.get("from").textValue()).isEqualTo(KEY.getAddress());
    assertThat(asked.get("to").textValue()).isEqualTo(ASKED.to());
    assertThat(asked.get("nonce").textValue()).isEqualTo("0x7");
    assertThat(asked.get("gas").textValue()).isEqualTo("0xc350");
    assertThat(asked.get("value").textValue()).isEqualTo("0x5");
    assertThat(asked.get("data").textValue()).isEqualTo("0x0102");
    assertThat(asked.has("blobVersionedHashes")).isFalse();
  }

  static Stream<Arguments> otherTransactions() {
    return Stream.of(
        Arguments.of("chainId", call(1, 7, 1, 10, 50_000, "11", 5, "0102")),
        Arguments.of("nonce", call(31337, 8, 1, 10, 50_000, "11", 5, "0102")),
        Arguments.of("maxPriorityFeePerGas", call(31337, 7, 2, 10, 50_000, "11", 5, "0102")),
        Arguments.of("maxFeePerGas", call(31337, 7, 1, 11, 50_000, "11", 5, "0102")),
        Arguments.of("gas", call(31337, 7, 1, 10, 50_001, "11", 5, "0102")),
        Arguments.of("to", call(31337, 7, 1, 10, 50_000, "12", 5, "0102")),
        Arguments.of("value", call(31337, 7, 1, 10, 50_000, "11", 6, "0102")),
        Arguments.of("other data", call(31337, 7, 1, 10, 50_000, "11", 5, "0103")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("otherTransactions")
  void refusesAnotherTransaction(String field, CallTransaction signed) {
    answer(Hex.encode(signed.sign(KEY).bytes()));
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("signed " + field);
  }

  @Test
  void refusesAnotherAccount() {
    answer(Hex.encode(ASKED.sign(OTHER_KEY).bytes()));
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("signed as " + OTHER_KEY.getAddress());
    answer(Hex.encode(new LocalSigner(OTHER_KEY).sign(DATA).bytes()));
    assertThatThrownBy(() -> signer.sign(DATA))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("signed as " + OTHER_KEY.getAddress());
  }

  @Test
  void signsTypedData() throws Exception {
    answer(Hex.encode(new LocalSigner(KEY).sign(DATA).bytes()));
    assertThat(signer.sign(DATA).signer(DATA.signingHash().bytes())).isEqualTo(KEY.getAddress());
    assertThat(request.get("method").textValue()).isEqualTo("eth_signTypedData_v4");
    assertThat(request.get("params").get(0).textValue()).isEqualTo(KEY.getAddress());
    assertThat(request.get("params").get(1)).hasToString(DATA.json().toString());
  }

  @Test
  void asksByTheOlderNameWhereAServiceDoesNotKnowTheNewer() throws Exception {
    node.on(
        "/",
        exchange -> {
          request = JSON.readTree(exchange.getRequestBody());
          boolean known = request.get("method").textValue().equals("eth_signTypedData");
          String answer =
              known
                  ? "\"result\":\"%s\""
                      .formatted(Hex.encode(new LocalSigner(KEY).sign(DATA).bytes()))
                  : "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}";
          LocalNode.write(
              exchange,
              200,
              "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}".formatted(request.get("id"), answer));
        });
    assertThat(signer.sign(DATA)).isEqualTo(new LocalSigner(KEY).sign(DATA));
  }

  @Test
  void refusesASignatureOfOtherTypedData() {
    answer(Hex.encode(new LocalSigner(KEY).sign(data("8")).bytes()));
    assertThatThrownBy(() -> signer.sign(DATA))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("account " + KEY.getAddress());
  }

  /** Every changed byte, and every byte too few. */
  @Test
  void refusesMutatedAndTruncatedAnswers() {
    Random random = new Random(5);
    byte[] transaction = ASKED.sign(KEY).bytes();
    byte[] signature = new LocalSigner(KEY).sign(DATA).bytes();
    for (int i = 0; i < 200; i++) {
      byte[] bytes = transaction.clone();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      answer(Hex.encode(bytes));
      assertThatThrownBy(() -> signer.sign(ASKED)).isInstanceOf(LuntraException.class);
      byte[] mutated = signature.clone();
      mutated[random.nextInt(mutated.length)] ^= (byte) (1 + random.nextInt(255));
      answer(Hex.encode(mutated));
      assertThatThrownBy(() -> signer.sign(DATA)).isInstanceOf(LuntraException.class);
    }
    for (String answer : List.of("", "0x", "0xzz", "02", Hex.encode(signature).substring(0, 130))) {
      answer(answer);
      assertThatThrownBy(() -> signer.sign(ASKED)).isInstanceOf(LuntraException.class);
      assertThatThrownBy(() -> signer.sign(DATA)).isInstanceOf(LuntraException.class);
    }
  }
}
