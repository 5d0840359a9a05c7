package io.luntra.ethereum.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.kzg.VersionedHash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Service;

/** What a node answers, however it was meant. */
class NodeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HASH = "0x" + "ab".repeat(32);

  /** Answers by a script: the result of a request, or an exception. */
  private static final class Script extends Service {
    private final Function<JsonNode, JsonNode> script;
    private final List<String> methods = new ArrayList<>();

    Script(Function<JsonNode, JsonNode> script) {
      super(false);
      this.script = script;
    }

    @Override
    protected InputStream performIO(String payload) throws IOException {
      JsonNode request = JSON.readTree(payload);
      methods.add(request.path("method").asText());
      ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", request.path("id"));
      JsonNode result = script.apply(request);
      if (result.has("code")) {
        answer.set("error", result);
      } else {
        answer.set("result", result);
      }
      return new ByteArrayInputStream(answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {}
  }

  private static Node node(Script script) {
    return new Node(script, new VirtualPacer(), Duration.ofSeconds(1));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static JsonNode history(JsonNode request) {
    int count = Integer.decode(request.path("params").path(0).asText());
    long newest = Long.decode(request.path("params").path(1).asText());
    ObjectNode history = JSON.createObjectNode();
    ArrayNode base = history.putArray("baseFeePerGas");
    ArrayNode blob = history.putArray("baseFeePerBlobGas");
    ArrayNode ratio = history.putArray("blobGasUsedRatio");
    ArrayNode reward = history.putArray("reward");
    for (long block = newest - count + 1; block <= newest + 1; block++) {
      base.add("0x" + Long.toHexString(1000 + block));
      blob.add("0x" + Long.toHexString(5000 + block));
      if (block <= newest) {
        ratio.add(block % 10 / 10.0);
        reward.addArray().add("0x" + Long.toHexString(block));
      }
    }
    return history;
  }

  @Test
  void readsAHistoryThatIsLongerThanNodesGiveAtOnce() throws Exception {
    Script script =
        new Script(
            request ->
                request.path("method").asText().equals("eth_feeHistory")
                    ? history(request)
                    : json("'0x1388'"));
    FeeHistory history = node(script).feeHistory(3000, 50);
    assertThat(script.methods).filteredOn("eth_feeHistory"::equals).hasSize(3);
    assertThat(history.firstBlock()).isEqualTo(5000 - 2999);
    assertThat(history.blocks()).hasSize(3000);
    for (int i = 0; i < 3000; i++) {
      long block = history.firstBlock() + i;
      FeeMarket market = history.blocks().get(i);
      assertThat(market.baseFee()).isEqualTo(BigInteger.valueOf(1000 + block));
      assertThat(market.blobBaseFee()).isEqualTo(BigInteger.valueOf(5000 + block));
      assertThat(market.tip()).isEqualTo(BigInteger.valueOf(block));
      assertThat(history.blobGasUsed().get(i)).isEqualTo(block % 10 / 10.0);
    }
    assertThat(history.next().baseFee()).isEqualTo(BigInteger.valueOf(6001));
    assertThat(history.next().blobBaseFee()).isEqualTo(BigInteger.valueOf(10_001));
  }

  @Test
  void readsTheHistoryOfAYoungChain() throws Exception {
    Script script =
        new Script(
            request ->
                request.path("method").asText().equals("eth_feeHistory")
                    ? history(request)
                    : json("'0x3'"));
    FeeHistory history = node(script).feeHistory(1024, 50);
    assertThat(history.firstBlock()).isZero();
    assertThat(history.blocks()).hasSize(4);
  }

  @Test
  void readsTheScheduleOfBlobs() throws Exception {
    Script script =
        new Script(
            request ->
                json(
                    "{'current':{'blobSchedule':{'baseFeeUpdateFraction':11684671,'max':21,"
                        + "'target':14}}}"));
    assertThat(node(script).blobSchedule()).contains(new BlobSchedule(14, 21));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'code':-32601,'message':'the method does not exist'}",
        "{}",
        "null",
        "{'current':{'blobSchedule':{'max':0,'target':0}}}",
        "{'current':{'blobSchedule':{'max':2,'target':3}}}",
        "{'current':{'blobSchedule':'much'}}"
      })
  void doesWithoutAScheduleThatIsNotOne(String answer) throws Exception {
    assertThat(node(new Script(request -> json(answer))).blobSchedule()).isEmpty();
  }

  private static SignedBlobTransaction transaction() {
    return new BlobTransaction(
            1,
            7,
            BigInteger.ONE,
            BigInteger.TEN,
            100_000,
            "0x00000000000000000000000000000000000000aa",
            BigInteger.ZERO,
            new byte[0],
            BigInteger.TWO,
            List.of(new VersionedHash(ByteBuffer.allocate(32).put((byte) 1).array())))
        .sign(Credentials.create("0x" + "01".repeat(32)));
  }

  private static ObjectNode receipt() {
    ObjectNode receipt = JSON.createObjectNode();
    receipt.put("transactionHash", transaction().hash().toHex());
    receipt.put("blockNumber", "0x10").put("blockHash", HASH).put("status", "0x1");
    receipt.put("gasUsed", "0xea60").put("effectiveGasPrice", "0x5");
    return receipt.put("blobGasUsed", "0x20000").put("blobGasPrice", "0x1");
  }

  private static Node withReceipt(JsonNode receipt) {
    return node(
        new Script(
            request ->
                request.path("method").asText().equals("eth_getBlockByHash")
                    ? json("{'hash':'%s','timestamp':'0x65'}".formatted(HASH))
                    : receipt));
  }

  @Test
  void readsAReceipt() throws Exception {
    Node.Receipt receipt = withReceipt(receipt()).receipt(transaction()).orElseThrow();
    assertThat(receipt.succeeded()).isTrue();
    assertThat(receipt.inclusion().blockNumber()).isEqualTo(16);
    assertThat(receipt.inclusion().blockTime()).isEqualTo(0x65);
    assertThat(receipt.inclusion().costWei()).isEqualTo(BigInteger.valueOf(60_000 * 5 + 131_072));
  }

  /** Each says what the transaction forbids, or nothing that can be read. */
  @ParameterizedTest
  @CsvSource({
    "transactionHash,0xabababababababababababababababababababababababababababababababab",
    "gasUsed,0x186a1",
    "effectiveGasPrice,0xb",
    "blobGasUsed,0x40000",
    "blobGasPrice,0x3",
    "blockNumber,0x1ffffffffffffffff",
    "blockHash,0x12",
    "status,yes",
    "gasUsed,-5"
  })
  void believesNoReceiptThatCanNotBe(String field, String value) {
    Node node = withReceipt(receipt().put(field, value));
    assertThatThrownBy(() -> node.receipt(transaction()))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void takesABlockThatIsGoneForNoReceipt() throws Exception {
    Node node =
        node(
            new Script(
                request ->
                    request.path("method").asText().equals("eth_getBlockByHash")
                        ? json("null")
                        : receipt()));
    assertThat(node.receipt(transaction())).isEmpty();
  }

  /** Cut anywhere, an answer is an error and no endless loop. */
  @Test
  void believesNoHistoryThatWasCut() {
    for (String field :
        List.of("baseFeePerGas", "baseFeePerBlobGas", "blobGasUsedRatio", "reward")) {
      Script script =
          new Script(
              request -> {
                if (!request.path("method").asText().equals("eth_feeHistory")) {
                  return json("'0x100'");
                }
                ObjectNode history = (ObjectNode) history(request);
                ((ArrayNode) history.path(field)).remove(0);
                return history;
              });
      assertThatThrownBy(() -> node(script).feeHistory(20, 50))
          .as(field)
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("eth_feeHistory");
    }
  }
}
