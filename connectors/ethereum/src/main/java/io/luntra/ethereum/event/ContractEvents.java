package io.luntra.ethereum.event;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.node.ContractLog;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.NodeException;
import io.luntra.ethereum.registry.AbiReader;
import io.luntra.failure.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.web3j.crypto.Hash;

/**
 * The events of one of our contracts since it was deployed, asked for in windows of blocks that
 * shrink when a node refuses them.
 */
public final class ContractEvents {
  private static final long MAX_WINDOW = 10_000;
  private static final String DEPLOYMENT_BLOCK =
      Hash.sha3String("deploymentBlock()").substring(0, 10);

  private final Node node;
  private final String contract;
  private final long first;
  private long window = MAX_WINDOW;

  private ContractEvents(Node node, String contract, long first) {
    this.node = node;
    this.contract = contract;
    this.first = first;
  }

  /**
   * Those of a contract.
   *
   * @param name of the contract, for messages
   * @param contract 0x and 40 lower-case digits
   * @throws InvalidInputException when no such contract is there
   */
  public static ContractEvents of(Node node, String name, String contract)
      throws InterruptedException {
    if (!node.hasCode(contract)) {
      throw new InvalidInputException(
          "No %s at %s on chain %d: there is no contract"
              .formatted(name, contract, node.chainId()));
    }
    byte[] answer;
    try {
      answer = node.call(contract, DEPLOYMENT_BLOCK);
    } catch (NodeException e) {
      throw notOurs(name, contract, e);
    }
    if (answer.length != 32) {
      throw notOurs(name, contract, null);
    }
    return new ContractEvents(
        node,
        contract,
        new AbiReader("deploymentBlock of " + contract, answer).number(Long.MAX_VALUE));
  }

  private static InvalidInputException notOurs(String name, String contract, Exception cause) {
    return new InvalidInputException(
        "No %s at %s: the contract does not know its deployment block".formatted(name, contract),
        cause);
  }

  /**
   * Events of a kind, oldest first.
   *
   * @param signature such as {@code Transfer(address,address,uint256)}
   * @param indexed its indexed parameters, each in 64 hex digits after 0x, or null for any
   */
  public List<ContractLog> find(String signature, List<String> indexed)
      throws InterruptedException {
    List<String> topics = new ArrayList<>();
    topics.add(Hash.sha3String(signature));
    topics.addAll(indexed);
    long head = node.blockNumber();
    List<ContractLog> found = new ArrayList<>();
    long next = first;
    while (next <= head) {
      long last = Math.min(head, next + window - 1);
      try {
        found.addAll(node.logs(contract, next, last, topics));
        next = last + 1;
      } catch (NodeException e) {
        if (last == next) {
          throw e;
        }
        window = (last - next + 1) / 2;
      }
    }
    return found;
  }

  /**
   * The parameters of an event that are not indexed.
   *
   * @param name of the event, for messages
   */
  public static AbiReader parameters(String name, ContractLog log) {
    return new AbiReader(
        "Event %s in transaction %s".formatted(name, log.transaction()), log.data());
  }

  /** An address as an indexed parameter. */
  public static String topic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2);
  }

  /** Keccak-256 of a text, as an indexed parameter. */
  public static String hash(String text) {
    return new Bytes32(Hash.sha3(text.getBytes(StandardCharsets.UTF_8))).toHex();
  }
}
