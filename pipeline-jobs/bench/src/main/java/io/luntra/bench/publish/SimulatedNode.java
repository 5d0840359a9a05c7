package io.luntra.bench.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.web3j.protocol.Service;
import org.web3j.utils.Numeric;

/** JSON-RPC of an execution node that follows a simulated chain: what a publisher asks for. */
final class SimulatedNode extends Service {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int FINALITY_BLOCKS = 64;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int REFUSED = -32000;
  private static final int REVERTED = 3;

  private final SimulatedChain chain;
  private final Map<String, Place> places = new HashMap<>();
  private final Map<String, SimulatedBlock> byHash = new HashMap<>();
  private int seen;

  /** Where a transaction is. */
  private record Place(SimulatedBlock block, SimulatedBlock.Ours transaction) {}

  /** An answer that is an error. */
  private static final class ErrorAnswer extends Exception {
    private static final long serialVersionUID = 1L;
    private final int code;

    ErrorAnswer(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  SimulatedNode(SimulatedChain chain) {
    super(false);
    this.chain = chain;
  }

  @Override
  protected InputStream performIO(String payload) throws IOException {
    JsonNode request = JSON.readTree(payload.getBytes(StandardCharsets.UTF_8));
    ObjectNode response = JSON.createObjectNode();
    response.put("jsonrpc", "2.0").set("id", request.path("id"));
    index();
    try {
      response.set("result", answer(request.path("method").asText(), request.path("params")));
    } catch (ErrorAnswer e) {
      response.putObject("error").put("code", e.code).put("message", e.getMessage());
    }
    return new ByteArrayInputStream(JSON.writeValueAsBytes(response));
  }

  @Override
  public void close() {}

  private void index() {
    List<SimulatedBlock> blocks = chain.blocks();
    for (; seen < blocks.size(); seen++) {
      SimulatedBlock block = blocks.get(seen);
      byHash.put(block.hash().toHex(), block);
      for (SimulatedBlock.Ours ours : block.ours()) {
        places.put(ours.transaction().hash().toHex(), new Place(block, ours));
      }
    }
  }

  private JsonNode answer(String method, JsonNode parameters) throws ErrorAnswer {
    if (method.equals("eth_sendRawTransaction")) {
      return send(parameters.path(0).asText());
    }
    String first = parameters.path(0).asText().toLowerCase(Locale.ROOT);
    return switch (method) {
      case "eth_chainId" -> quantity(ChainSettings.CHAIN_ID);
      case "eth_blockNumber" -> quantity(chain.head().number());
      case "eth_getBlockByNumber" -> block(byTag(first), parameters.path(1).asBoolean());
      case "eth_getBlockByHash" -> block(byHash.get(first), parameters.path(1).asBoolean());
      case "eth_getTransactionCount" ->
          quantity(
              parameters.path(1).asText().equals("pending")
                  ? chain.pool().pendingNonce(first)
                  : chain.pool().nonce(first));
      case "eth_getBalance" -> quantity(chain.pool().balance(first));
      case "eth_getCode" ->
          TextNode.valueOf(first.equals(chain.settings().registry()) ? "0x00" : "0x");
      case "eth_feeHistory" -> feeHistory(parameters);
      case "eth_config" -> config();
      case "eth_call" -> call(parameters.path(0));
      case "eth_getTransactionByHash" -> transactionByHash(first);
      case "eth_getTransactionReceipt" -> receipt(places.get(first));
      case "eth_getLogs" -> logs(parameters.path(0));
      default -> throw new ErrorAnswer(METHOD_NOT_FOUND, "the method " + method + " is not there");
    };
  }

  private static TextNode quantity(long value) {
    return quantity(BigInteger.valueOf(value));
  }

  private static TextNode quantity(BigInteger value) {
    return TextNode.valueOf(Numeric.encodeQuantity(value));
  }

  private SimulatedBlock byTag(String tag) {
    long head = chain.head().number();
    long number =
        switch (tag) {
          case "latest" -> head;
          case "finalized" -> Math.max(0, head - FINALITY_BLOCKS);
          default -> Numeric.decodeQuantity(tag).longValueExact();
        };
    return number > head ? null : chain.blocks().get((int) number);
  }

  private static JsonNode block(SimulatedBlock block, boolean full) {
    if (block == null) {
      return NullNode.getInstance();
    }
    ObjectNode json = NODES.objectNode();
    json.set("number", quantity(block.number()));
    json.put("hash", block.hash().toHex());
    json.set("timestamp", quantity(block.timestamp()));
    json.set("baseFeePerGas", quantity(block.baseFee()));
    json.set("excessBlobGas", quantity(block.excessBlobGas()));
    json.set("blobGasUsed", quantity(block.blobs() * BlobMarket.GAS_PER_BLOB));
    ArrayNode transactions = json.putArray("transactions");
    for (SimulatedBlock.Ours ours : block.ours()) {
      if (full) {
        transactions.add(transaction(ours.transaction()));
      } else {
        transactions.add(ours.transaction().hash().toHex());
      }
    }
    // A hash of others' transactions would say nothing.
    for (CompetingTransactions.Offer offer :
        full ? block.others() : List.<CompetingTransactions.Offer>of()) {
      ObjectNode other = transactions.addObject().put("type", "0x3");
      other.set("maxPriorityFeePerGas", quantity(offer.tip()));
      other.set("maxFeePerGas", quantity(block.baseFee().shiftLeft(1).add(offer.tip())));
    }
    return json;
  }

  private static ObjectNode transaction(SignedBlobTransaction signed) {
    BlobTransaction transaction = signed.transaction();
    ObjectNode json =
        NODES
            .objectNode()
            .put("type", "0x3")
            .put("hash", signed.hash().toHex())
            .put("from", signed.sender())
            .put("to", transaction.to());
    json.set("nonce", quantity(transaction.nonce()));
    json.set("maxPriorityFeePerGas", quantity(transaction.maxPriorityFeePerGas()));
    json.set("maxFeePerGas", quantity(transaction.maxFeePerGas()));
    json.set("maxFeePerBlobGas", quantity(transaction.maxFeePerBlobGas()));
    ArrayNode hashes = json.putArray("blobVersionedHashes");
    transaction.blobVersionedHashes().forEach(hash -> hashes.add(hash.toHex()));
    return json;
  }

  private JsonNode transactionByHash(String hash) {
    Place place = places.get(hash);
    return place != null
        ? transaction(place.transaction().transaction())
        : chain
            .pool()
            .find(hash)
            .<JsonNode>map(SimulatedNode::transaction)
            .orElse(NullNode.instance);
  }

  private static JsonNode receipt(Place place) {
    if (place == null) {
      return NullNode.getInstance();
    }
    SimulatedBlock block = place.block();
    SimulatedBlock.Ours ours = place.transaction();
    ObjectNode json =
        NODES
            .objectNode()
            .put("transactionHash", ours.transaction().hash().toHex())
            .put("blockHash", block.hash().toHex())
            .put("status", ours.result().succeeded() ? "0x1" : "0x0");
    json.set("blockNumber", quantity(block.number()));
    json.set("gasUsed", quantity(ours.result().gasUsed()));
    json.set("effectiveGasPrice", quantity(block.baseFee().add(ours.tip())));
    json.set("blobGasUsed", quantity(SimulatedPool.blobGas(ours.transaction())));
    json.set("blobGasPrice", quantity(block.blobBaseFee()));
    return json;
  }

  private JsonNode send(String raw) throws ErrorAnswer {
    try {
      SignedBlobTransaction transaction =
          NetworkFormReader.read(HexFormat.of().parseHex(Numeric.cleanHexPrefix(raw)));
      chain.pool().add(transaction, chain.slot());
      return TextNode.valueOf(transaction.hash().toHex());
    } catch (IllegalArgumentException | InvalidInputException | SimulatedPool.RefusedException e) {
      throw new ErrorAnswer(REFUSED, e.getMessage());
    }
  }

  private JsonNode call(JsonNode call) throws ErrorAnswer {
    if (!call.path("to").asText().equalsIgnoreCase(chain.settings().registry())) {
      return TextNode.valueOf("0x");
    }
    try {
      return TextNode.valueOf(chain.registry().call(call.path("data").asText()));
    } catch (SimulatedRegistry.Reverted e) {
      throw new ErrorAnswer(REVERTED, "execution reverted: " + e.getMessage());
    }
  }

  private JsonNode feeHistory(JsonNode parameters) {
    long newest = byTag(parameters.path(1).asText()).number();
    int count = Numeric.decodeQuantity(parameters.path(0).asText()).intValueExact();
    long oldest = Math.max(0, newest + 1 - count);
    ObjectNode json = NODES.objectNode();
    json.set("oldestBlock", quantity(oldest));
    ArrayNode baseFees = json.putArray("baseFeePerGas");
    ArrayNode blobBaseFees = json.putArray("baseFeePerBlobGas");
    ArrayNode gasUsed = json.putArray("gasUsedRatio");
    ArrayNode blobGasUsed = json.putArray("blobGasUsedRatio");
    ArrayNode rewards = json.putArray("reward");
    for (long number = oldest; number <= newest; number++) {
      SimulatedBlock block = chain.blocks().get((int) number);
      baseFees.add(quantity(block.baseFee()));
      blobBaseFees.add(quantity(block.blobBaseFee()));
      gasUsed.add(0.5);
      blobGasUsed.add((double) block.blobs() / block.market().max());
      ArrayNode reward = rewards.addArray();
      for (JsonNode percentile : parameters.path(2)) {
        reward.add(quantity(tip(block, percentile.asDouble())));
      }
    }
    boolean isHead = newest == chain.head().number();
    SimulatedBlock after = isHead ? null : chain.blocks().get((int) newest + 1);
    baseFees.add(quantity(isHead ? chain.nextBaseFee() : after.baseFee()));
    blobBaseFees.add(quantity(isHead ? chain.nextBlobBaseFee() : after.blobBaseFee()));
    return json;
  }

  /** Which so many percent of a block's transactions did not pay more than; 0 without any. */
  private static BigInteger tip(SimulatedBlock block, double percentile) {
    List<BigInteger> tips = new ArrayList<>();
    block.ours().forEach(ours -> tips.add(ours.tip()));
    block.others().forEach(offer -> tips.add(offer.tip()));
    tips.sort(null);
    return tips.isEmpty()
        ? BigInteger.ZERO
        : tips.get(Math.min(tips.size() - 1, (int) (tips.size() * percentile / 100)));
  }

  private JsonNode config() {
    BlobMarket market = chain.settings().market(chain.slot());
    ObjectNode json = NODES.objectNode();
    ObjectNode current = json.putObject("current");
    current
        .putObject("blobSchedule")
        .put("target", market.target())
        .put("max", market.max())
        .put("baseFeeUpdateFraction", market.updateFraction());
    current.set("chainId", quantity(ChainSettings.CHAIN_ID));
    current
        .putObject("precompiles")
        .put("P256VERIFY", "0x0000000000000000000000000000000000000100");
    return json;
  }

  private JsonNode logs(JsonNode filter) {
    ArrayNode logs = NODES.arrayNode();
    SimulatedBlock to = byTag(filter.path("toBlock").asText("latest"));
    long last = to == null ? chain.head().number() : to.number();
    long from = Numeric.decodeQuantity(filter.path("fromBlock").asText("0x0")).longValueExact();
    for (long number = from; number <= last; number++) {
      SimulatedBlock block = chain.blocks().get((int) number);
      for (int i = 0; i < block.ours().size(); i++) {
        List<String> log = block.ours().get(i).result().log();
        if (!log.isEmpty() && matches(filter.path("topics"), log.subList(0, log.size() - 1))) {
          logs.add(log(block, i, log));
        }
      }
    }
    return logs;
  }

  /** Whether each topic of a filter is null, the topic at its place, or a list with it. */
  private static boolean matches(JsonNode filter, List<String> topics) {
    for (int i = 0; i < filter.size(); i++) {
      JsonNode wanted = filter.path(i);
      if (wanted.isNull()) {
        continue;
      }
      boolean found = i < topics.size() && wanted.asText().equalsIgnoreCase(topics.get(i));
      for (JsonNode alternative : wanted) {
        found |= i < topics.size() && alternative.asText().equalsIgnoreCase(topics.get(i));
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private ObjectNode log(SimulatedBlock block, int index, List<String> log) {
    Bytes32 transaction = block.ours().get(index).transaction().hash();
    ObjectNode json =
        NODES
            .objectNode()
            .put("address", chain.settings().registry())
            .put("data", log.get(log.size() - 1))
            .put("blockHash", block.hash().toHex())
            .put("transactionHash", transaction.toHex())
            .put("removed", false);
    json.set("blockNumber", quantity(block.number()));
    json.set("logIndex", quantity(index));
    json.set("blockTimestamp", quantity(block.timestamp()));
    ArrayNode topics = json.putArray("topics");
    log.subList(0, log.size() - 1).forEach(topics::add);
    return json;
  }
}
