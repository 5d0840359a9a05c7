package io.luntra.devnet;

import static io.luntra.devnet.BlobTransaction.GWEI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Hex;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;

@Timeout(120)
class StrictGateIT {
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);

  /** One for all tests, since its first blob transaction takes seconds; each has an account. */
  private static AnvilProcess anvil;

  private static int usedAccounts;

  private StrictGate gate;
  private JsonRpc rpc;
  private Credentials account;

  @BeforeAll
  static void startNode() {
    anvil =
        AnvilProcess.start(AnvilOptions.defaults().withMiningOnDemand().withAccounts(40, 10_000));
  }

  @AfterAll
  static void stopNode() {
    anvil.close();
  }

  @BeforeEach
  void startGate() {
    gate = StrictGate.before(anvil.rpcUrl());
    rpc = new JsonRpc(URI.create(gate.rpcUrl()));
    account = anvil.devAccounts().get(usedAccounts++);
    rpc.call("evm_setAutomine", false);
    rpc.call("anvil_dropAllTransactions");
  }

  @AfterEach
  void stopGate() {
    gate.close();
  }

  @Test
  void takesAFullTransactionAndServesItsBlobs() {
    rpc.call("evm_setAutomine", true);
    BlobTransaction transaction = BlobTransaction.withNonce(0).withBlobs(6);
    byte[] raw = transaction.signedBy(account);

    assertThat(send(raw)).isEqualTo(transaction.hash(account));

    JsonNode receipt = awaitReceipt(transaction);
    assertThat(receipt.path("status").asText()).isEqualTo("0x1");
    assertThat(gate.acceptedTransactions())
        .containsExactly(
            new AcceptedTransaction(
                3, account.getAddress(), 0, transaction.hash(account), 6, 768, raw.length));
    assertThat(raw.length).isBetween(824_000, 825_500);
    assertThat(servedBlobs(transaction))
        .hasSize(6)
        .allSatisfy(blob -> assertThat(blob).hasSize(131_072));
  }

  @Test
  void takesOneAfterAnotherWhenEachIsMinedAtOnce() {
    rpc.call("evm_setAutomine", true);
    for (int nonce = 0; nonce < 20; nonce++) {
      send(BlobTransaction.withNonce(nonce));
    }
    assertThat(gate.acceptedTransactions())
        .extracting(AcceptedTransaction::nonce)
        .hasSize(20)
        .isSorted();
    awaitReceipt(BlobTransaction.withNonce(19));
    refused(BlobTransaction.withNonce(3), "nonce too low: next nonce 20, tx nonce 3");
  }

  @Test
  void refusesTheSidecarBeforeOsakaThatAnvilTakes() {
    byte[] old = BlobTransaction.withNonce(0).versionZero(account);

    assertThatThrownBy(() -> send(old)).hasMessageContaining("want: 1, got: 0");
    assertThat(new JsonRpc(URI.create(anvil.rpcUrl())).call("eth_sendRawTransaction", hex(old)))
        .isNotNull();
    assertThat(gate.acceptedTransactions()).isEmpty();
  }

  @Test
  void handsOnTheNodesOwnRefusal() {
    BlobTransaction transaction = BlobTransaction.withNonce(0);
    byte[] raw = transaction.signedBy(account);
    raw[150_000 % raw.length] = 1;

    assertThatThrownBy(() -> send(raw)).isInstanceOf(LuntraException.class);
    assertThat(gate.acceptedTransactions()).isEmpty();
    send(transaction);
    assertThat(gate.acceptedTransactions()).hasSize(1);
  }

  @Test
  void replacementDoublesEveryCap() {
    BlobTransaction first = BlobTransaction.withNonce(0).withFees(GWEI, 10 * GWEI, 3);
    send(first);

    refused(first, "already known");
    refused(
        first.withFees(2 * GWEI - 1, 20 * GWEI, 6),
        "replacement transaction underpriced: new tx gas tip cap");
    refused(first.withFees(2 * GWEI, 20 * GWEI - 1, 6), "underpriced: new tx gas fee cap");
    refused(first.withFees(2 * GWEI, 20 * GWEI, 5), "underpriced: new tx blob gas fee cap 5 < 3");
    BlobTransaction second = first.withFees(2 * GWEI, 20 * GWEI, 6);
    send(second);
    refused(first, "underpriced");
    refused(second, "already known");

    mine();
    assertThat(rpc.call("eth_getTransactionReceipt", second.hash(account)).isObject()).isTrue();
    assertThat(rpc.call("eth_getTransactionReceipt", first.hash(account)).isNull()).isTrue();
    assertThat(gate.acceptedTransactions()).hasSize(2);
  }

  @Test
  void sixteenInFlight() {
    for (int nonce = 0; nonce < 16; nonce++) {
      send(BlobTransaction.withNonce(nonce));
    }
    refused(BlobTransaction.withNonce(16), "account limit exceeded: pooled 16 txs");
    send(BlobTransaction.withNonce(15).withFees(2 * GWEI, 200 * GWEI, 2 * GWEI));

    mine();
    send(BlobTransaction.withNonce(16));
  }

  @Test
  void noGaps() {
    refused(BlobTransaction.withNonce(1), "nonce too high: tx nonce 1, gapped nonce 0");
    send(BlobTransaction.withNonce(0));
    refused(BlobTransaction.withNonce(2), "nonce too high: tx nonce 2, gapped nonce 1");
    assertThatThrownBy(() -> send(payment(2))).hasMessageContaining("address already reserved");
    send(BlobTransaction.withNonce(1));
  }

  @Test
  void oneKindOfTransactionWhileAnyIsPending() {
    send(BlobTransaction.withNonce(0));
    assertThatThrownBy(() -> send(payment(1))).hasMessageContaining("address already reserved");
    mine();
    send(payment(1));
    refused(BlobTransaction.withNonce(2), "address already reserved");
    refused(BlobTransaction.withNonce(1), "address already reserved");
    mine();
    send(BlobTransaction.withNonce(2));
  }

  @Test
  void balanceCoversEverythingInFlight() {
    rpc.call("anvil_setBalance", account.getAddress(), "0x" + ETHER.toString(16));
    BigInteger almostAll = ETHER.subtract(BigInteger.TEN.pow(16));
    send(BlobTransaction.withNonce(0).withValue(almostAll));

    refused(
        BlobTransaction.withNonce(1).withValue(almostAll), "insufficient funds for gas * price");
    refused(
        BlobTransaction.withNonce(0).withFees(2 * GWEI, 400 * GWEI, 2 * GWEI).withValue(almostAll),
        "insufficient funds for gas * price");
    send(BlobTransaction.withNonce(0).withFees(2 * GWEI, 200 * GWEI, 2 * GWEI));
    send(BlobTransaction.withNonce(1));
  }

  @Test
  void refusesFeesThatNoPoolTakes() {
    refused(
        BlobTransaction.withNonce(0).withFees(2 * GWEI, GWEI, GWEI),
        "max priority fee per gas higher than max fee per gas");
    refused(
        BlobTransaction.withNonce(0).withFees(GWEI, 2 * GWEI, 0),
        "blob fee cap 0, minimum needed 1");
  }

  @Test
  void whatTheNodeDroppedIsNoLongerInFlight() {
    BlobTransaction transaction = BlobTransaction.withNonce(0);
    send(transaction);
    send(BlobTransaction.withNonce(1));
    rpc.call("anvil_dropAllTransactions");

    refused(BlobTransaction.withNonce(1), "nonce too high: tx nonce 1, gapped nonce 0");
    send(transaction);
    assertThat(gate.acceptedTransactions()).hasSize(3);
  }

  @Test
  void nonceGoesBackWithAReorganisation() {
    rpc.call("evm_setAutomine", true);
    send(BlobTransaction.withNonce(0));
    awaitReceipt(BlobTransaction.withNonce(0));
    send(BlobTransaction.withNonce(1));
    awaitReceipt(BlobTransaction.withNonce(1));
    rpc.call("anvil_reorg", 1, List.of());

    assertThat(rpc.quantity("eth_getTransactionCount", account.getAddress(), "latest"))
        .isEqualTo(1);
    refused(BlobTransaction.withNonce(2), "nonce too high");
    send(BlobTransaction.withNonce(1));
  }

  @Test
  void rivalsForOneNonceAreTakenOneAtATime() throws Exception {
    List<byte[]> rivals = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rivals.add(
          BlobTransaction.withNonce(0).withFees(GWEI + i, 100 * GWEI + i, GWEI).signedBy(account));
    }
    ExecutorService threads = Executors.newFixedThreadPool(rivals.size());
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (byte[] rival : rivals) {
        answers.add(
            threads.submit(
                () -> {
                  try {
                    return send(rival);
                  } catch (LuntraException e) {
                    return e.getMessage();
                  }
                }));
      }
      int taken = 0;
      for (Future<String> answer : answers) {
        String text = answer.get(60, TimeUnit.SECONDS);
        if (text.startsWith("0x")) {
          taken++;
        } else {
          assertThat(text).contains("replacement transaction underpriced");
        }
      }
      assertThat(taken).isEqualTo(1);
      assertThat(gate.acceptedTransactions()).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void signsNothing() {
    for (String method :
        List.of(
            "eth_sendTransaction",
            "eth_sendTransactionSync",
            "eth_sendUnsignedTransaction",
            "eth_sendRawTransactionSync")) {
      assertThatThrownBy(
              () ->
                  rpc.call(
                      method, Map.of("from", account.getAddress(), "to", account.getAddress())))
          .hasMessageContaining("error -32000")
          .hasMessageContaining("sign locally");
    }
  }

  @Test
  void refusesWhatIsNotARequest() throws Exception {
    assertThatThrownBy(() -> rpc.call("eth_sendRawTransaction", "0xzz"))
        .hasMessageContaining("error -32602");
    assertThatThrownBy(() -> rpc.call("eth_sendRawTransaction")).hasMessageContaining("too short");
    assertThat(post("{").body()).contains("-32700");
    assertThat(post("[]").body()).contains("-32600");
    assertThat(post("7").body()).contains("-32600");
    assertThat(post("").body()).contains("-32600");
    assertThat(post(" ".repeat((8 << 20) + 1)).statusCode()).isEqualTo(413);
    HttpRequest.Builder put = HttpRequest.newBuilder(URI.create(gate.rpcUrl()));
    assertThat(exchange(put.PUT(HttpRequest.BodyPublishers.noBody())).statusCode()).isEqualTo(405);
    assertThat(rpc.quantity("eth_chainId")).isEqualTo(31_337);
  }

  @Test
  void rulesHoldWithinABatch() {
    ObjectNode chain = JsonRpc.request(0, "eth_chainId");
    ObjectNode good =
        JsonRpc.request(
            0, "eth_sendRawTransaction", hex(BlobTransaction.withNonce(0).signedBy(account)));
    assertThat(rpc.batch(List.of(chain, good)).get(1).asText()).startsWith("0x");
    ObjectNode gapped =
        JsonRpc.request(
            0, "eth_sendRawTransaction", hex(BlobTransaction.withNonce(2).signedBy(account)));
    assertThatThrownBy(() -> rpc.batch(List.of(chain, gapped)))
        .hasMessageContaining("nonce too high");
  }

  @Test
  void answersBadGatewayWhenTheNodeIsGone() throws Exception {
    AnvilProcess other = AnvilProcess.start(AnvilOptions.defaults());
    gate.close();
    gate = StrictGate.before(other.rpcUrl());
    rpc = new JsonRpc(URI.create(gate.rpcUrl()));
    other.close();
    assertThat(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}").statusCode())
        .isEqualTo(502);
    gate.close();
    assertThatThrownBy(() -> rpc.call("eth_chainId"))
        .isInstanceOf(JsonRpc.TransportException.class);
  }

  @Test
  void injectedRefusalNeverReachesTheNode() {
    gate.inject(Fault.refuse("eth_sendRawTransaction", -32_000, "txpool is full").times(1));
    refused(BlobTransaction.withNonce(0), "txpool is full");
    assertThat(gate.acceptedTransactions()).isEmpty();
    send(BlobTransaction.withNonce(0));
  }

  @Test
  void lostAnswerLeavesTheTransactionBehindALostCallDoesNot() {
    BlobTransaction transaction = BlobTransaction.withNonce(0);
    gate.inject(Fault.loseCall("eth_sendRawTransaction").times(1));
    lost(transaction);
    assertThat(gate.acceptedTransactions()).isEmpty();

    gate.inject(Fault.loseAnswer("eth_sendRawTransaction"));
    lost(transaction);
    assertThat(gate.acceptedTransactions()).hasSize(1);
    gate.clearFaults();
    refused(transaction, "already known");
    assertThat(rpc.call("eth_getTransactionByHash", transaction.hash(account)).isObject()).isTrue();
  }

  @Test
  void heldCallGoesOnWhenReleased() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    gate.inject(Fault.holdUntil("eth_sendRawTransaction", released));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<String> answer = thread.submit(() -> send(BlobTransaction.withNonce(0)));
      assertThat(rpc.quantity("eth_chainId")).isEqualTo(31_337);
      assertThat(answer.isDone()).isFalse();
      released.countDown();
      assertThat(answer.get(60, TimeUnit.SECONDS)).startsWith("0x");
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void servesOtherBlobsAndOtherFees() {
    rpc.call("evm_setAutomine", true);
    BlobTransaction transaction = BlobTransaction.withNonce(0).withBlobs(2);
    send(transaction);
    awaitReceipt(transaction);
    gate.inject(Fault.alterBlobs(blobs -> blobs.subList(0, 1)));
    assertThat(servedBlobs(transaction)).hasSize(1);
    gate.clearFaults();
    gate.inject(
        Fault.alterBlobs(
            blobs -> {
              blobs.get(1)[9] ^= 4;
              return blobs;
            }));
    assertThat(servedBlobs(transaction).get(1)[9]).isEqualTo((byte) 4);
    gate.clearFaults();
    gate.inject(
        Fault.alterBlobs(blobs -> Collections.nCopies(blobs.size(), new byte[] {1, 2, 3}))
            .times(1));
    assertThat(servedBlobs(transaction)).hasSize(2).contains(new byte[] {1, 2, 3});
    assertThat(servedBlobs(transaction))
        .hasSize(2)
        .allSatisfy(blob -> assertThat(blob).hasSize(131_072));

    gate.inject(Fault.alterResult("eth_blobBaseFee", fee -> JsonRpc.JSON.valueToTree("0x77")));
    assertThat(rpc.quantity("eth_blobBaseFee")).isEqualTo(0x77);
  }

  @Test
  void severalFaultsStandInTheOrderOfTheirInjection() {
    gate.inject(
        Fault.alterResult("eth_chainId", id -> JsonRpc.JSON.valueToTree(id.asText() + "1")));
    gate.inject(Fault.alterResult("eth_chainId", id -> JsonRpc.JSON.valueToTree("0xa")));
    assertThat(rpc.quantity("eth_chainId")).isEqualTo(0xa1);
  }

  private String send(BlobTransaction transaction) {
    return send(transaction.signedBy(account));
  }

  private String send(byte[] raw) {
    return rpc.call("eth_sendRawTransaction", hex(raw)).asText();
  }

  private void refused(BlobTransaction transaction, String message) {
    assertThatThrownBy(() -> send(transaction))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("error -32000")
        .hasMessageContaining(message);
  }

  private void lost(BlobTransaction transaction) {
    assertThatThrownBy(() -> send(transaction)).isInstanceOf(JsonRpc.TransportException.class);
  }

  private void mine() {
    rpc.call("anvil_mine", "0x2");
  }

  private byte[] payment(long nonce) {
    return TransactionEncoder.signMessage(
        RawTransaction.createEtherTransaction(
            31_337,
            BigInteger.valueOf(nonce),
            BigInteger.valueOf(21_000),
            account.getAddress(),
            BigInteger.ONE,
            BigInteger.valueOf(GWEI),
            BigInteger.valueOf(100 * GWEI)),
        account);
  }

  private JsonNode awaitReceipt(BlobTransaction transaction) {
    while (true) {
      JsonNode receipt = rpc.call("eth_getTransactionReceipt", transaction.hash(account));
      if (!receipt.isNull()) {
        return receipt;
      }
    }
  }

  private List<byte[]> servedBlobs(BlobTransaction transaction) {
    String block = awaitReceipt(transaction).path("blockHash").asText();
    Answer answer = rpc.get("/eth/v1/beacon/blobs/" + block);
    assertThat(answer.status()).isEqualTo(200);
    List<byte[]> blobs = new ArrayList<>();
    for (JsonNode blob : rpc.parse(answer).path("data")) {
      blobs.add(Hex.decode(blob.asText(), (blob.asText().length() - 2) / 2));
    }
    return blobs;
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return exchange(
        HttpRequest.newBuilder(URI.create(gate.rpcUrl()))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> exchange(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static String hex(byte[] raw) {
    return Hex.encode(raw);
  }
}
