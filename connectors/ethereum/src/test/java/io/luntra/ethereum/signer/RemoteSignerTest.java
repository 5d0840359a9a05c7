package io.luntra.ethereum.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.endpoint.LocalNode;
import io.luntra.ethereum.transaction.BlobSidecar;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SidecarVersion;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;

class RemoteSignerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Credentials KEY = Credentials.create("0x" + "01".repeat(32));
  private static final Credentials OTHER_KEY = Credentials.create("0x" + "02".repeat(32));
  private static final BlobTransaction ASKED =
      SignerTransactions.transaction(2, new byte[] {1, 2, 3});

  private final LocalNode node = new LocalNode();
  private final RemoteSigner signer =
      new RemoteSigner(new EndpointService(node.endpoint(1)), KEY.getAddress());
  private volatile JsonNode parameters;

  @AfterEach
  void stop() {
    node.close();
  }

  /** The service answers with this result. */
  private void answer(Function<JsonNode, Object> result) {
    node.on(
        "/",
        exchange -> {
          JsonNode request = JSON.readTree(exchange.getRequestBody());
          assertThat(request.get("method").textValue()).isEqualTo("eth_signTransaction");
          parameters = request.get("params").get(0);
          LocalNode.write(
              exchange,
              200,
              JSON.createObjectNode()
                  .put("jsonrpc", "2.0")
                  .put("id", request.get("id").longValue())
                  .set("result", JSON.valueToTree(result.apply(parameters)))
                  .toString());
        });
  }

  private static String body(BlobTransaction transaction) {
    return Hex.encode(transaction.sign(KEY).body());
  }

  @Test
  void signsWhatIsAskedFor() throws Exception {
    answer(read -> body(SignerTransactions.read(read)));
    assertThat(signer.sign(ASKED)).isEqualTo(ASKED.sign(KEY));
    assertThat(parameters.get("type").textValue()).isEqualTo("0x3");
    assertThat(parameters.get("from").textValue()).isEqualTo(KEY.getAddress());
    assertThat(parameters.get("input")).isEqualTo(parameters.get("data"));
    assertThat(parameters.get("accessList")).isEmpty();
    assertThat(signer.address()).isEqualTo(KEY.getAddress());
  }

  @Test
  void takesAnObjectWithTheBytes() throws Exception {
    answer(read -> Map.of("raw", body(ASKED), "tx", Map.of("type", "0x3")));
    assertThat(signer.sign(ASKED)).isEqualTo(ASKED.sign(KEY));
  }

  @ParameterizedTest
  @EnumSource(SidecarVersion.class)
  void takesTheTransactionOutOfItsNetworkForm(SidecarVersion version) throws Exception {
    KzgCommitment commitment = new KzgCommitment(new byte[KzgCommitment.BYTES]);
    BlobTransaction transaction = withHashes(List.of(commitment.versionedHash()));
    SignedBlobTransaction signed = transaction.sign(KEY);
    BlobSidecar sidecar =
        new BlobSidecar(
            new byte[BlobSidecar.BLOB_BYTES], commitment, new byte[version.proofBytes()]);
    byte[] networkForm = signed.networkForm(List.of(sidecar), version);
    answer(read -> Hex.encode(networkForm));
    assertThat(signer.sign(transaction)).isEqualTo(signed);
  }

  private static BlobTransaction withHashes(List<VersionedHash> hashes) {
    return new BlobTransaction(
        1,
        0,
        BigInteger.ONE,
        BigInteger.ONE,
        21_000,
        SignerTransactions.TO,
        BigInteger.ONE,
        new byte[0],
        BigInteger.ONE,
        hashes);
  }

  static Stream<Arguments> otherTransactions() {
    BlobTransaction a = ASKED;
    BigInteger big = BigInteger.valueOf(9);
    List<VersionedHash> one = a.blobVersionedHashes().subList(0, 1);
    return Stream.of(
        Arguments.of(
            "chainId 1, asked for 31337",
            change(a, 1, 7, a.value(), a.data(), a.blobVersionedHashes())),
        Arguments.of(
            "nonce 8, asked for 7",
            change(a, 31337, 8, a.value(), a.data(), a.blobVersionedHashes())),
        Arguments.of(
            "value 9, asked for 0", change(a, 31337, 7, big, a.data(), a.blobVersionedHashes())),
        Arguments.of(
            "other data, of 3 bytes; asked for 3 bytes",
            change(a, 31337, 7, a.value(), new byte[] {1, 2, 4}, a.blobVersionedHashes())),
        Arguments.of("blobVersionedHashes", change(a, 31337, 7, a.value(), a.data(), one)),
        Arguments.of("maxPriorityFeePerGas 9", fees(a, big, a.maxFeePerGas(), BigInteger.TWO)),
        Arguments.of("maxFeePerGas 9", fees(a, BigInteger.ONE, big, BigInteger.TWO)),
        Arguments.of("maxFeePerBlobGas 9", fees(a, BigInteger.ONE, a.maxFeePerGas(), big)),
        Arguments.of("gas 99999", receiver(a, 99_999, a.to())),
        Arguments.of("to 0x" + "00".repeat(20), receiver(a, 100_000, "0x" + "00".repeat(20))));
  }

  private static BlobTransaction change(
      BlobTransaction a,
      long chainId,
      long nonce,
      BigInteger value,
      byte[] data,
      List<VersionedHash> hashes) {
    return new BlobTransaction(
        chainId,
        nonce,
        a.maxPriorityFeePerGas(),
        a.maxFeePerGas(),
        a.gasLimit(),
        a.to(),
        value,
        data,
        a.maxFeePerBlobGas(),
        hashes);
  }

  private static BlobTransaction fees(
      BlobTransaction a, BigInteger tip, BigInteger fee, BigInteger blobFee) {
    return new BlobTransaction(
        a.chainId(),
        a.nonce(),
        tip,
        fee,
        a.gasLimit(),
        a.to(),
        a.value(),
        a.data(),
        blobFee,
        a.blobVersionedHashes());
  }

  private static BlobTransaction receiver(BlobTransaction a, long gas, String to) {
    return new BlobTransaction(
        a.chainId(),
        a.nonce(),
        a.maxPriorityFeePerGas(),
        a.maxFeePerGas(),
        gas,
        to,
        a.value(),
        a.data(),
        a.maxFeePerBlobGas(),
        a.blobVersionedHashes());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("otherTransactions")
  void refusesAnotherTransaction(String difference, BlobTransaction other) {
    answer(read -> body(other));
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("Signer http://" + node.address())
        .hasMessageContaining("account " + KEY.getAddress())
        .hasMessageContaining("signed " + difference);
  }

  @Test
  void refusesTheSignatureOfAnotherAccount() {
    answer(read -> Hex.encode(ASKED.sign(OTHER_KEY).body()));
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("signed as " + OTHER_KEY.getAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "0x0",
        "0x03",
        "0x03c0",
        "0x03c1c0",
        "0x03ff",
        "0x03f9ffff",
        "0x03ffffffffffffffffff",
        "0x03f800ffffffffffffffffff",
        "0x03c9ffffffffffffffffff00",
        "0x03zz",
        "03c0",
        "0x02f86a827a6903018477359400827530"
      })
  void refusesWhatIsNoSignedBlobTransaction(String result) {
    answer(read -> result);
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("account " + KEY.getAddress() + ": the answer");
    answer(read -> Map.of("raw", result));
    assertThatThrownBy(() -> signer.sign(ASKED)).isInstanceOf(LuntraException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"jsonrpc\":\"2.0\",\"id\":0}",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":[\"0x03\"]}",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"raw\":{\"raw\":\"0x03\"}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{}}",
        "<html>"
      })
  void refusesWhatIsNoAnswer(String answer) {
    node.on("/", 200, answer);
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("account " + KEY.getAddress());
  }

  @Test
  void boundsAnswers() {
    node.on("/", 200, "[".repeat(100_000));
    assertThatThrownBy(() -> signer.sign(ASKED)).isInstanceOf(LuntraException.class);
    node.on("/", 200, " ".repeat((32 << 20) + 1));
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void quotesRefusalsInPart() {
    String message = "no\\nsuch account" + "!".repeat(1000);
    node.on(
        "/",
        200,
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32000,\"message\":\"%s\"}}"
            .formatted(message));
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("refused: no\\u000asuch account!")
        .hasMessageContaining("code -32000")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }

  @Test
  void saysThatNothingAnswers() {
    node.on("/", 503, "");
    assertThatThrownBy(() -> signer.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("account " + KEY.getAddress() + ": does not answer")
        .hasMessageContaining("503");
  }

  @Test
  void canBeInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    node.on(
        "/",
        exchange -> {
          asked.countDown();
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    CompletableFuture<SignedBlobTransaction> outcome = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome.complete(signer.sign(ASKED));
              } catch (Throwable e) {
                outcome.completeExceptionally(e);
              }
            });
    thread.start();
    asked.await();
    thread.interrupt();
    assertThatThrownBy(outcome::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    done.countDown();
    thread.join();
  }

  /** Changed bytes of an answer never pass for what was asked for, and end in an error of ours. */
  @Test
  void refusesMutatedAnswers() {
    Random random = new Random(4);
    String right = body(ASKED);
    for (int i = 0; i < 500; i++) {
      char[] digits = right.toCharArray();
      int at = 2 + random.nextInt(digits.length - 2);
      digits[at] = digits[at] == 'f' ? '0' : 'f';
      String mutated = new String(digits, 0, random.nextInt(4) == 0 ? at : digits.length);
      answer(read -> mutated);
      assertThatThrownBy(() -> signer.sign(ASKED)).as(mutated).isInstanceOf(LuntraException.class);
    }
  }

  @Test
  void sendsUserAndPasswordOfTheEnvironmentAndNamesNeither() throws Exception {
    answer(read -> body(ASKED));
    String url = "http://" + node.address() + "/token?key=token";
    UnaryOperator<String> environment =
        Map.of("LUNTRA_SIGNER_USER", "me", "LUNTRA_SIGNER_PASSWORD", "p@ss /%+word")::get;
    Signer remote =
        new RemoteSigners("http://" + node.address(), List.of(KEY.getAddress()))
            .load(environment)
            .get(0);
    node.on(
        "/",
        exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
              .isEqualTo("Basic bWU6cEBzcyAvJSt3b3Jk");
          LocalNode.write(exchange, 200, "{\"id\":0,\"result\":\"" + body(ASKED) + "\"}");
        });
    assertThat(remote.sign(ASKED)).isEqualTo(ASKED.sign(KEY));

    Signer hidden = new RemoteSigners(url, List.of(KEY.getAddress())).load(environment).get(0);
    node.on("/token", 403, "");
    assertThat(hidden.toString()).doesNotContain("token", "p@ss");
    assertThatThrownBy(() -> hidden.sign(ASKED))
        .isInstanceOf(LuntraException.class)
        .satisfies(
            e -> {
              for (Throwable t = e; t != null; t = t.getCause()) {
                assertThat(String.valueOf(t.getMessage())).doesNotContain("token", "p@ss", "p%40");
              }
            });
  }
}
