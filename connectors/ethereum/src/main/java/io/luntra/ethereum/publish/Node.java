package io.luntra.ethereum.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.exceptions.ClientConnectionException;
import org.web3j.utils.Numeric;

/**
 * An execution node. A request that gets no answer is asked again a few times; an answer that is an
 * error, or is not what the method gives, is a {@link LuntraException}.
 */
final class Node {
  private static final int ATTEMPTS = 4;
  private static final int TIP_BLOCKS = 20;

  /** Most blocks that nodes give the history of at once. */
  private static final int HISTORY_BLOCKS = 1024;

  /** P256VERIFY (EIP-7951): a fork that has it is Osaka or later. */
  private static final String OSAKA_PRECOMPILE = "0x0000000000000000000000000000000000000100";

  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INVALID_PARAMS = -32602;

  private final Web3jService service;
  private final Pacer pacer;
  private final Duration retryPause;

  Node(Web3jService service, Pacer pacer, Duration retryPause) {
    this.service = service;
    this.pacer = pacer;
    this.retryPause = retryPause;
  }

  /** The answer to one request. */
  static final class Answer extends Response<JsonNode> {}

  /** A transaction's receipt. */
  record Receipt(Inclusion inclusion, boolean succeeded) {}

  long chainId() throws InterruptedException {
    return number("eth_chainId").longValueExact();
  }

  Bytes32 genesisHash() throws InterruptedException {
    JsonNode block = result("eth_getBlockByNumber", "0x0", false);
    return parse("eth_getBlockByNumber", () -> Bytes32.fromHex(text(block, "hash")));
  }

  long blockNumber() throws InterruptedException {
    return number("eth_blockNumber").longValueExact();
  }

  /** How many transactions of an account are in blocks up to the newest. */
  long nonce(String account) throws InterruptedException {
    return number("eth_getTransactionCount", account, "latest").longValueExact();
  }

  /** The same, with those in the node's pool. */
  long pendingNonce(String account) throws InterruptedException {
    return number("eth_getTransactionCount", account, "pending").longValueExact();
  }

  BigInteger balance(String account) throws InterruptedException {
    return number("eth_getBalance", account, "latest");
  }

  FeeMarket feeMarket(int tipPercentile) throws InterruptedException {
    JsonNode history =
        result(
            "eth_feeHistory",
            Numeric.encodeQuantity(BigInteger.valueOf(TIP_BLOCKS)),
            "latest",
            List.of(tipPercentile));
    return parse(
        "eth_feeHistory",
        () ->
            new FeeMarket(
                last(history, "baseFeePerGas"),
                last(history, "baseFeePerBlobGas"),
                median(history.path("reward"))));
  }

  /**
   * The newest blocks.
   *
   * @param blocks how many, fewer where the chain is younger
   */
  FeeHistory feeHistory(int blocks, int tipPercentile) throws InterruptedException {
    long newest = blockNumber();
    long first = newest + 1;
    List<FeeMarket> markets = new ArrayList<>();
    List<Double> used = new ArrayList<>();
    while (first > 0 && markets.size() < blocks) {
      long count = Math.min(Math.min(HISTORY_BLOCKS, first), blocks - markets.size());
      JsonNode history =
          result(
              "eth_feeHistory",
              Numeric.encodeQuantity(BigInteger.valueOf(count)),
              Numeric.encodeQuantity(BigInteger.valueOf(first - 1)),
              List.of(tipPercentile));
      parse("eth_feeHistory", () -> prepend(history, count, markets, used));
      first = newest + 1 - markets.size();
    }
    return new FeeHistory(first, markets, used);
  }

  private static Void prepend(
      JsonNode history, long expected, List<FeeMarket> markets, List<Double> used) {
    JsonNode ratios = history.path("blobGasUsedRatio");
    JsonNode reward = history.path("reward");
    if (ratios.size() != expected || reward.size() != expected) {
      throw new IllegalArgumentException(
          "expected %d blocks, found %d".formatted(expected, ratios.size()));
    }
    List<FeeMarket> found = new ArrayList<>();
    List<Double> ratiosFound = new ArrayList<>();
    for (int i = 0; i < expected; i++) {
      found.add(
          new FeeMarket(
              at(history, "baseFeePerGas", i),
              at(history, "baseFeePerBlobGas", i),
              Numeric.decodeQuantity(reward.path(i).path(0).asText("0x0"))));
      ratiosFound.add(ratios.path(i).asDouble());
    }
    markets.addAll(0, found);
    used.addAll(0, ratiosFound);
    return null;
  }

  private static BigInteger at(JsonNode history, String field, int index) {
    return Numeric.decodeQuantity(history.path(field).path(index).asText());
  }

  /** Blobs of a block now (EIP-7910); empty where the node does not say. */
  Optional<BlobSchedule> blobSchedule() throws InterruptedException {
    Answer answer = ask("eth_config");
    if (answer.hasError() || answer.getResult() == null) {
      return Optional.empty();
    }
    JsonNode schedule = answer.getResult().path("current").path("blobSchedule");
    int target = schedule.path("target").asInt();
    int max = schedule.path("max").asInt();
    return target > 0 && max >= target
        ? Optional.of(new BlobSchedule(target, max))
        : Optional.empty();
  }

  private static BigInteger last(JsonNode history, String field) {
    JsonNode list = history.path(field);
    if (list.isEmpty()) {
      throw new IllegalArgumentException("no " + field);
    }
    return Numeric.decodeQuantity(list.get(list.size() - 1).asText());
  }

  /** Median over the blocks, empty ones left out, since they answer 0. */
  private static BigInteger median(JsonNode reward) {
    List<BigInteger> tips = new ArrayList<>();
    reward.forEach(block -> tips.add(Numeric.decodeQuantity(block.path(0).asText("0x0"))));
    tips.removeIf(tip -> tip.signum() == 0);
    tips.sort(null);
    return tips.isEmpty() ? BigInteger.ZERO : tips.get(tips.size() / 2);
  }

  Optional<Receipt> receipt(Bytes32 transactionHash) throws InterruptedException {
    JsonNode receipt = result("eth_getTransactionReceipt", transactionHash.toHex());
    if (receipt.isNull()) {
      return Optional.empty();
    }
    return parse(
        "eth_getTransactionReceipt",
        () ->
            Optional.of(
                new Receipt(
                    new Inclusion(
                        quantity(receipt, "blockNumber").longValueExact(),
                        Bytes32.fromHex(text(receipt, "blockHash")),
                        quantity(receipt, "gasUsed").longValueExact(),
                        quantity(receipt, "effectiveGasPrice"),
                        quantity(receipt, "blobGasUsed").longValueExact(),
                        quantity(receipt, "blobGasPrice")),
                    quantity(receipt, "status").signum() != 0)));
  }

  /** Whether the node has a transaction, in its pool or in a block. */
  boolean knows(Bytes32 transactionHash) throws InterruptedException {
    return !result("eth_getTransactionByHash", transactionHash.toHex()).isNull();
  }

  byte[] call(String contract, String data) throws InterruptedException {
    JsonNode answer = result("eth_call", Map.of("to", contract, "data", data), "latest");
    return parse("eth_call", () -> Numeric.hexStringToByteArray(answer.asText()));
  }

  boolean hasCode(String address) throws InterruptedException {
    return result("eth_getCode", address, "latest").asText("0x").length() > 2;
  }

  /** False only when the node says so (EIP-7910); one that has no eth_config is taken as newer. */
  boolean atOsakaOrLater() throws InterruptedException {
    Answer answer = ask("eth_config");
    if (answer.hasError()) {
      int code = answer.getError().getCode();
      if (code == METHOD_NOT_FOUND || code == INVALID_PARAMS) {
        return true;
      }
      throw refused("eth_config", answer);
    }
    JsonNode precompiles =
        answer.getResult() == null ? null : answer.getResult().path("current").path("precompiles");
    if (precompiles == null || precompiles.isMissingNode()) {
      return true;
    }
    for (JsonNode address : precompiles) {
      if (address.asText().equalsIgnoreCase(OSAKA_PRECOMPILE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Hands a transaction over. When the answer is lost or is an error, the node is asked whether it
   * has the transaction all the same; only a no is a failure.
   *
   * @param raw network form with sidecars
   */
  void send(byte[] raw, Bytes32 hash, String what) throws InterruptedException {
    String hex = Hex.encode(raw);
    LuntraException failure = null;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        Answer answer =
            new Request<>("eth_sendRawTransaction", List.of(hex), service, Answer.class).send();
        if (!answer.hasError()) {
          return;
        }
        failure = refused(what, answer);
      } catch (IOException | EndpointException | ClientConnectionException e) {
        failure = unanswered(what, e);
      }
      if (knows(hash)) {
        return;
      }
      pacer.pause(retryPause.multipliedBy(attempt));
    }
    throw failure;
  }

  private BigInteger number(String method, Object... parameters) throws InterruptedException {
    JsonNode result = result(method, parameters);
    return parse(method, () -> Numeric.decodeQuantity(result.asText()));
  }

  private JsonNode result(String method, Object... parameters) throws InterruptedException {
    Answer answer = ask(method, parameters);
    if (answer.hasError()) {
      throw refused(method, answer);
    }
    return answer.getResult() == null ? NullNode.getInstance() : answer.getResult();
  }

  private Answer ask(String method, Object... parameters) throws InterruptedException {
    LuntraException failure = null;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        return new Request<>(method, List.of(parameters), service, Answer.class).send();
      } catch (IOException | EndpointException | ClientConnectionException e) {
        failure = unanswered(method, e);
      }
      pacer.pause(retryPause.multipliedBy(attempt));
    }
    throw failure;
  }

  private static LuntraException unanswered(String what, Exception e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("Interrupted at " + what);
    }
    return new LuntraException("Node gave no answer to " + what + ": " + e.getMessage(), e);
  }

  private static LuntraException refused(String what, Answer answer) {
    return new LuntraException(
        "Node refused %s: %s (code %d)"
            .formatted(what, answer.getError().getMessage(), answer.getError().getCode()));
  }

  private static BigInteger quantity(JsonNode object, String field) {
    return Numeric.decodeQuantity(text(object, field));
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("no " + field);
    }
    return value.asText();
  }

  private static <T> T parse(String method, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (RuntimeException e) {
      throw new LuntraException(
          "Node's answer to %s can't be read: %s".formatted(method, e.getMessage()), e);
    }
  }
}
