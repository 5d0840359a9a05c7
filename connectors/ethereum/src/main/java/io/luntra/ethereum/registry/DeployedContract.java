package io.luntra.ethereum.registry;

import io.luntra.failure.InvalidInputException;
import java.util.Map;
import org.web3j.crypto.Hash;

/**
 * A contract of ours on a chain: all of them say in which block they were deployed.
 *
 * @param name of what it is, for messages
 * @param address 0x and 40 lower-case digits
 * @param firstBlock none of its events is older
 */
record DeployedContract(String name, String address, long firstBlock) {
  private static final int MAX_CODE_BYTES = 65_536;
  private static final String DEPLOYMENT_BLOCK =
      Hash.sha3String("deploymentBlock()").substring(0, 10);

  static boolean hasCode(JsonRpc rpc, String address) {
    return rpc.call("eth_getCode", address, "latest").bytes(MAX_CODE_BYTES).length > 0;
  }

  /**
   * Looks for it.
   *
   * @throws InvalidInputException when nobody answers at the endpoint, or no such contract is there
   */
  static DeployedContract find(JsonRpc rpc, String name, String address) {
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
    return new DeployedContract(
        name,
        address,
        new AbiReader("deploymentBlock of " + address, answer).number(Long.MAX_VALUE));
  }
}
