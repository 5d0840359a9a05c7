package io.luntra.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Submits raw transactions to a node as far as {@link PoolRules} allow, one sender at a time. */
final class NodePool {
  private static final int KEPT = 100_000;

  private final JsonRpc node;
  private final ConcurrentMap<String, PoolRules> senders = new ConcurrentHashMap<>();
  private final Deque<AcceptedTransaction> accepted = new ArrayDeque<>();

  NodePool(JsonRpc node) {
    this.node = node;
  }

  /**
   * Returns the node's answer.
   *
   * @throws PoolRefusal when the node is not asked
   */
  Answer submit(byte[] raw, ObjectNode request) {
    PooledTransaction transaction = PooledTransaction.decode(raw);
    PoolRules rules = senders.computeIfAbsent(transaction.sender(), sender -> new PoolRules());
    synchronized (rules) {
      checkAgainstHead(transaction, rules);
      Answer answer = node.post(JsonRpc.bytes(request));
      JsonNode result = node.parse(answer).path("result");
      if (result.isTextual()) {
        rules.add(transaction);
        record(transaction);
      }
      return answer;
    }
  }

  List<AcceptedTransaction> accepted() {
    synchronized (accepted) {
      return List.copyOf(accepted);
    }
  }

  private void checkAgainstHead(PooledTransaction transaction, PoolRules rules) {
    List<PooledTransaction> inFlight = List.copyOf(rules.inFlight());
    List<ObjectNode> requests = new ArrayList<>();
    requests.add(JsonRpc.request(0, "eth_getTransactionCount", transaction.sender(), "latest"));
    requests.add(JsonRpc.request(0, "eth_getBalance", transaction.sender(), "latest"));
    for (PooledTransaction other : inFlight) {
      requests.add(JsonRpc.request(0, "eth_getTransactionByHash", other.hash()));
    }
    List<JsonNode> results = node.batch(requests);
    long minedNonce = JsonRpc.quantity(results.get(0), "eth_getTransactionCount").longValueExact();
    rules.forgetBelow(minedNonce);
    for (int i = 0; i < inFlight.size(); i++) {
      if (results.get(i + 2).isNull()) {
        rules.forget(inFlight.get(i));
      }
    }
    rules.check(transaction, minedNonce, JsonRpc.quantity(results.get(1), "eth_getBalance"));
  }

  private void record(PooledTransaction transaction) {
    AcceptedTransaction entry =
        new AcceptedTransaction(
            transaction.type(),
            transaction.sender(),
            transaction.nonce(),
            transaction.hash(),
            transaction.sidecar().blobs(),
            transaction.sidecar().cellProofs(),
            transaction.rawBytes());
    synchronized (accepted) {
      if (accepted.size() == KEPT) {
        accepted.removeFirst();
      }
      accepted.addLast(entry);
    }
  }
}
