package io.luntra.ethereum.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.ethereum.transaction.SignedCallTransaction;
import io.luntra.failure.ForeignText;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.exceptions.ClientConnectionException;
import org.web3j.utils.Numeric;

/**
 * An execution node. A request that gets no answer, or an error that may pass, is asked again a few
 * times; an answer that is an error then, or is not what the method gives, is a {@link
 * NodeException}.
 */
public final class Node {
  private static final int ATTEMPTS = 4;
  private static final int TIP_BLOCKS = 20;

  /** Most blocks that nodes give the history of at once. */
  private static final int HISTORY_BLOCKS = 1024;

  /** Errors that another attempt would not cure: no such method, not its parameters, a revert. */
  private static final Set<Integer> FOR_GOOD = Set.of(-32_601, -32_602, 3);

  private static final int REVERTED = 3;
  private static final int MAX_REASON_BYTES = 4096;
  private static final int MAX_LOGS = 1024;

  private final Web3jService service;
  private final Pacer pacer;
  private final Duration retryPause;
  private final int attempts;

  public Node(Web3jService service, Pacer pacer, Duration retryPause) {
    this(service, pacer, retryPause, ATTEMPTS);
  }

  private Node(Web3jService service, Pacer pacer, Duration retryPause, int attempts) {
    this.service = service;
    this.pacer = pacer;
    this.retryPause = retryPause;
    this.attempts = attempts;
  }

  /** One that asks nothing twice. */
  public static Node askedOnce(Web3jService service, Pacer pacer) {
    return new Node(service, pacer, Duration.ZERO, 1);
  }

  /** The same node, asked by those who read what it answers as that of a stranger. */
  public JsonRpc rpc() {
    return new JsonRpc(service, "the node");
  }

  /** The answer to one request. */
  public static final class Answer extends Response<JsonNode> {}

  /** A transaction's receipt. */
  public record Receipt(Inclusion inclusion, boolean succeeded) {}

  public long chainId() throws InterruptedException {
    return number("eth_chainId").longValueExact();
  }

  public Bytes32 genesisHash() throws InterruptedException {
    JsonNode block = result("eth_getBlockByNumber", "0x0", false);
    return parse("eth_getBlockByNumber", () -> Bytes32.fromHex(text(block, "hash")));
  }

  public long blockNumber() throws InterruptedException {
    return number("eth_blockNumber").longValueExact();
  }

  /** The newest block, and how far blocks are confirmed. */
  public Head head(Confirmation confirmation) throws InterruptedException {
    JsonNode latest = result("eth_getBlockByNumber", "latest", false);
    Head head =
        parse(
            "eth_getBlockByNumber",
            () ->
                new Head(
                    quantity(latest, "number").longValueExact(),
                    Bytes32.fromHex(text(latest, "hash")),
                    quantity(latest, "timestamp").longValueExact(),
                    -1));
    long confirmed = head.number() - confirmation.depth();
    if (confirmation.isFinality()) {
      JsonNode finalized = result("eth_getBlockByNumber", "finalized", false);
      confirmed =
          finalized.isNull()
              ? -1
              : parse("eth_getBlockByNumber", () -> quantity(finalized, "number").longValueExact());
    }
    return new Head(
        head.number(), head.hash(), head.timestamp(), Math.min(head.number(), confirmed));
  }

  /** Hash of a block of the chain that the node follows; empty above its head. */
  public Optional<Bytes32> blockHash(long number) throws InterruptedException {
    JsonNode block = result("eth_getBlockByNumber", tag(number), false);
    return block.isNull()
        ? Optional.empty()
        : Optional.of(parse("eth_getBlockByNumber", () -> Bytes32.fromHex(text(block, "hash"))));
  }

  /** What the blob transactions of a block paid above its base fee, per gas. */
  public List<BigInteger> blobTips(long number) throws InterruptedException {
    JsonNode block = result("eth_getBlockByNumber", tag(number), true);
    if (block.isNull()) {
      return List.of();
    }
    return parse(
        "eth_getBlockByNumber",
        () -> {
          BigInteger baseFee = quantity(block, "baseFeePerGas");
          List<BigInteger> tips = new ArrayList<>();
          for (JsonNode transaction : block.path("transactions")) {
            if (transaction.path("type").asText().equals("0x3")) {
              tips.add(
                  quantity(transaction, "maxPriorityFeePerGas")
                      .min(quantity(transaction, "maxFeePerGas").subtract(baseFee)));
            }
          }
          return tips;
        });
  }

  private static String tag(long block) {
    return Numeric.encodeQuantity(BigInteger.valueOf(block));
  }

  /** How many transactions of an account are in blocks up to the newest. */
  public long nonce(String account) throws InterruptedException {
    return number("eth_getTransactionCount", account, "latest").longValueExact();
  }

  /** The same, with those in the node's pool. */
  public long pendingNonce(String account) throws InterruptedException {
    return number("eth_getTransactionCount", account, "pending").longValueExact();
  }

  public BigInteger balance(String account) throws InterruptedException {
    return number("eth_getBalance", account, "latest");
  }

  public FeeMarket feeMarket(int tipPercentile) throws InterruptedException {
    long newest = blockNumber();
    return feeHistory(newest, (int) Math.min(TIP_BLOCKS, newest + 1), tipPercentile).next();
  }

  /**
   * The newest blocks.
   *
   * @param blocks how many, fewer where the chain is younger
   */
  public FeeHistory feeHistory(int blocks, int tipPercentile) throws InterruptedException {
    return feeHistory(blockNumber(), blocks, tipPercentile);
  }

  /** The blocks up to {@code newest}. */
  public FeeHistory feeHistory(long newest, int blocks, int tipPercentile)
      throws InterruptedException {
    long first = newest + 1;
    List<FeeMarket> markets = new ArrayList<>();
    List<Double> used = new ArrayList<>();
    FeeMarket next = null;
    while (first > 0 && markets.size() < blocks) {
      long count = Math.min(Math.min(HISTORY_BLOCKS, first), blocks - markets.size());
      JsonNode history =
          result(
              "eth_feeHistory",
              Numeric.encodeQuantity(BigInteger.valueOf(count)),
              Numeric.encodeQuantity(BigInteger.valueOf(first - 1)),
              List.of(tipPercentile));
      FeeMarket after = parse("eth_feeHistory", () -> prepend(history, (int) count, markets, used));
      next = next == null ? after : next;
      first = newest + 1 - markets.size();
    }
    return new FeeHistory(first, markets, used, next);
  }

  /** Returns the prices of the block after them; the tip is their median. */
  private static FeeMarket prepend(
      JsonNode history, int expected, List<FeeMarket> markets, List<Double> used) {
    JsonNode ratios = history.path("blobGasUsedRatio");
    JsonNode reward = history.path("reward");
    if (ratios.size() != expected
        || reward.size() != expected
        || history.path("baseFeePerGas").size() != expected + 1
        || history.path("baseFeePerBlobGas").size() != expected + 1) {
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
    return new FeeMarket(
        at(history, "baseFeePerGas", expected),
        at(history, "baseFeePerBlobGas", expected),
        median(reward));
  }

  private static BigInteger at(JsonNode history, String field, int index) {
    return Numeric.decodeQuantity(history.path(field).path(index).asText());
  }

  /** Blobs of a block now (EIP-7910); empty where the node does not say. */
  public Optional<BlobSchedule> blobSchedule() throws InterruptedException {
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

  /** Median over the blocks, empty ones left out, since they answer 0. */
  private static BigInteger median(JsonNode reward) {
    List<BigInteger> tips = new ArrayList<>();
    reward.forEach(block -> tips.add(Numeric.decodeQuantity(block.path(0).asText("0x0"))));
    tips.removeIf(tip -> tip.signum() == 0);
    tips.sort(null);
    return tips.isEmpty() ? BigInteger.ZERO : tips.get(tips.size() / 2);
  }

  /** Where a transaction is; empty when it is in no block that the node knows. */
  public Optional<Receipt> receipt(SignedBlobTransaction transaction) throws InterruptedException {
    JsonNode receipt = result("eth_getTransactionReceipt", transaction.hash().toHex());
    if (receipt.isNull()) {
      return Optional.empty();
    }
    Bytes32 blockHash =
        parse("eth_getTransactionReceipt", () -> Bytes32.fromHex(text(receipt, "blockHash")));
    JsonNode block = result("eth_getBlockByHash", blockHash.toHex(), false);
    if (block.isNull()) {
      return Optional.empty();
    }
    return parse(
        "eth_getTransactionReceipt",
        () ->
            Optional.of(
                new Receipt(
                    plausible(
                        transaction,
                        new Inclusion(
                            Bytes32.fromHex(text(receipt, "transactionHash")),
                            quantity(receipt, "blockNumber").longValueExact(),
                            blockHash,
                            quantity(block, "timestamp").longValueExact(),
                            quantity(receipt, "gasUsed").longValueExact(),
                            quantity(receipt, "effectiveGasPrice"),
                            quantity(receipt, "blobGasUsed").longValueExact(),
                            quantity(receipt, "blobGasPrice"))),
                    quantity(receipt, "status").signum() != 0)));
  }

  /** What a receipt can't say whatever happened, since the transaction forbids it. */
  private static Inclusion plausible(SignedBlobTransaction signed, Inclusion inclusion) {
    BlobTransaction transaction = signed.transaction();
    if (!inclusion.transaction().equals(signed.hash())
        || inclusion.gasUsed() > transaction.gasLimit()
        || inclusion.blobGasUsed() != transaction.blobGas()
        || inclusion.effectiveGasPrice().compareTo(transaction.maxFeePerGas()) > 0
        || inclusion.blobGasPrice().compareTo(transaction.maxFeePerBlobGas()) > 0) {
      throw new IllegalArgumentException("not of transaction " + signed.hash());
    }
    return inclusion;
  }

  /** Whether the node has a transaction, in its pool or in a block. */
  public boolean knows(Bytes32 transactionHash) throws InterruptedException {
    return !result("eth_getTransactionByHash", transactionHash.toHex()).isNull();
  }

  /** Where an ordinary transaction is; empty when it is in no block that the node knows. */
  public Optional<CallReceipt> receipt(SignedCallTransaction transaction)
      throws InterruptedException {
    JsonNode receipt = result("eth_getTransactionReceipt", transaction.hash().toHex());
    return receipt.isNull()
        ? Optional.empty()
        : Optional.of(parse("eth_getTransactionReceipt", () -> read(transaction, receipt)));
  }

  private static CallReceipt read(SignedCallTransaction transaction, JsonNode receipt) {
    List<CallReceipt.Log> logs = new ArrayList<>();
    JsonNode found = receipt.path("logs");
    for (int i = 0; i < Math.min(MAX_LOGS, found.size()); i++) {
      logs.add(log(found.get(i)));
    }
    CallReceipt read =
        new CallReceipt(
            Bytes32.fromHex(text(receipt, "transactionHash")),
            quantity(receipt, "blockNumber").longValueExact(),
            Bytes32.fromHex(text(receipt, "blockHash")),
            quantity(receipt, "status").signum() != 0,
            quantity(receipt, "gasUsed").longValueExact(),
            quantity(receipt, "effectiveGasPrice"),
            logs);
    if (!read.transaction().equals(transaction.hash())
        || read.gasUsed() > transaction.transaction().gasLimit()
        || read.effectiveGasPrice().compareTo(transaction.transaction().maxFeePerGas()) > 0) {
      throw new IllegalArgumentException("not of transaction " + transaction.hash());
    }
    return read;
  }

  /**
   * Gas that a call would use now.
   *
   * @throws RevertedException when it would be refused
   */
  public long estimateGas(String from, String to, BigInteger value, byte[] data)
      throws InterruptedException {
    Answer answer =
        ask(
            "eth_estimateGas",
            Map.of(
                "from",
                from,
                "to",
                to,
                "value",
                Numeric.encodeQuantity(value),
                "data",
                Hex.encode(data)));
    if (answer.hasError()) {
      throw reverted("eth_estimateGas", answer);
    }
    return parse(
        "eth_estimateGas",
        () -> Numeric.decodeQuantity(answer.getResult().asText()).longValueExact());
  }

  /** What a node says of a call that a contract refuses; any other error is one of the node. */
  private static LuntraException reverted(String method, Answer answer) {
    String data = String.valueOf(answer.getError().getData()).replace("\"", "");
    boolean hex = data.matches("0x([0-9a-fA-F]{2}){0," + MAX_REASON_BYTES + "}");
    if (!hex && answer.getError().getCode() != REVERTED) {
      return refused(method, answer);
    }
    return new RevertedException(
        ForeignText.printable(String.valueOf(answer.getError().getMessage())),
        hex ? Numeric.hexStringToByteArray(data) : new byte[0]);
  }

  public byte[] call(String contract, String data) throws InterruptedException {
    return call(contract, data, "latest");
  }

  /** As things stood after a block. */
  public byte[] call(String contract, String data, long block) throws InterruptedException {
    return call(contract, data, tag(block));
  }

  private byte[] call(String contract, String data, String block) throws InterruptedException {
    JsonNode answer = result("eth_call", Map.of("to", contract, "data", data), block);
    return parse("eth_call", () -> Numeric.hexStringToByteArray(answer.asText()));
  }

  /**
   * What a contract answers now.
   *
   * @throws RevertedException when it refuses
   */
  public byte[] read(String contract, String data) throws InterruptedException {
    Answer answer = ask("eth_call", Map.of("to", contract, "data", data), "latest");
    if (answer.hasError()) {
      throw reverted("eth_call", answer);
    }
    return parse("eth_call", () -> Numeric.hexStringToByteArray(answer.getResult().asText()));
  }

  private static CallReceipt.Log log(JsonNode log) {
    List<Bytes32> topics = new ArrayList<>();
    log.path("topics").forEach(topic -> topics.add(Bytes32.fromHex(topic.asText())));
    return new CallReceipt.Log(
        Hex.encode(Hex.decode(text(log, "address"), 20)),
        topics,
        Numeric.hexStringToByteArray(text(log, "data")));
  }

  public boolean hasCode(String address) throws InterruptedException {
    return result("eth_getCode", address, "latest").asText("0x").length() > 2;
  }

  /** Whether blob transactions carry cell proofs: the node says its fork, or shows it. */
  public boolean atOsakaOrLater() throws InterruptedException {
    Answer answer = ask("eth_config");
    JsonNode precompiles =
        answer.hasError() || answer.getResult() == null
            ? NullNode.getInstance()
            : answer.getResult().path("current").path("precompiles");
    if (!precompiles.isObject()) {
      return OsakaProbe.verifies(this);
    }
    for (JsonNode address : precompiles) {
      if (address.asText().equalsIgnoreCase(OsakaProbe.PRECOMPILE)) {
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
  public void send(byte[] raw, Bytes32 hash, String what) throws InterruptedException {
    String hex = Hex.encode(raw);
    NodeException failure = null;
    for (int attempt = 1; attempt <= attempts; attempt++) {
      try {
        Answer answer =
            new Request<>("eth_sendRawTransaction", List.of(hex), service, Answer.class).send();
        if (!answer.hasError() || knows(hash)) {
          return;
        }
        throw refused(what, answer);
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
    NodeException failure = null;
    for (int attempt = 1; attempt <= attempts; attempt++) {
      try {
        Answer answer = new Request<>(method, List.of(parameters), service, Answer.class).send();
        if (!answer.hasError()
            || attempt == attempts
            || FOR_GOOD.contains(answer.getError().getCode())) {
          return answer;
        }
      } catch (IOException | EndpointException | ClientConnectionException e) {
        failure = unanswered(method, e);
        if (attempt == attempts) {
          throw failure;
        }
      }
      pacer.pause(retryPause.multipliedBy(attempt));
    }
    throw failure;
  }

  private static NodeException unanswered(String what, Exception e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("Interrupted at " + what);
    }
    return new NodeException("Node gave no answer to " + what + ": " + e.getMessage(), e);
  }

  private static NodeException refused(String what, Answer answer) {
    return new NodeException(
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
      throw new NodeException(
          "Node's answer to %s can't be read: %s".formatted(method, e.getMessage()), e);
    }
  }
}
