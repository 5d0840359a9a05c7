package io.luntra.ethereum.event;

import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.failure.InvalidInputException;
import java.util.Map;
import org.web3j.crypto.Hash;

/** Contracts of ours: all of them say in which block they were deployed. */
public final class DeployedContract {
  private static final int MAX_CODE_BYTES = 65_536;
  private static final String DEPLOYMENT_BLOCK =
      Hash.sha3String("deploymentBlock()").substring(0, 10);

  private DeployedContract() {}

  /** Whether there is any contract at an address. */
  public static boolean hasCode(JsonRpc rpc, String address) {
    return rpc.call("eth_getCode", address, "latest").bytes(MAX_CODE_BYTES).length > 0;
  }

  /**
   * The block in which it was deployed.
   *
   * @param name of what it is, for messages
   * @param address 0x and 40 lower-case digits
   * @throws InvalidInputException when nobody answers at the endpoint, or no such contract is there
   */
  static long firstBlock(JsonRpc rpc, String name, String address) {
    String where = "No %s at %s of %s: ".formatted(name, address, rpc.name());
    if (!hasCode(rpc, address)) {
      throw new InvalidInputException(where + "there is no contract");
    }
    String unknown = where + "the contract does not know its deployment block";
    byte[] answer;
    try {
      answer =
          rpc.call("eth_call", Map.of("to", address, "data", DEPLOYMENT_BLOCK), "latest")
              .bytes(MAX_CODE_BYTES);
    } catch (JsonRpc.RefusedException e) {
      throw new InvalidInputException(unknown, e);
    }
    if (answer.length != 32) {
      throw new InvalidInputException(unknown);
    }
    return new AbiReader("deploymentBlock of " + address, answer).number(Long.MAX_VALUE);
  }
}
