package io.luntra.ethereum.deployment;

import io.luntra.blob.Hex;
import io.luntra.contracts.Deployment;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.node.Node;
import io.luntra.failure.InvalidInputException;
import java.util.List;

/**
 * A contract of this build.
 *
 * @param name of the Solidity contract
 * @param address where it stands on every chain, 0x and 40 lower-case digits
 * @param abi in JSON
 * @param deployment the call that puts it there, whoever makes it
 */
public record DeployableContract(String name, String address, String abi, ContractCall deployment) {

  /** All of them, in an order in which they can be deployed. */
  public static List<DeployableContract> all() {
    return Deployment.ofThisBuild().contracts().stream()
        .map(
            contract ->
                new DeployableContract(
                    contract.name(),
                    contract.address(),
                    contract.abi(),
                    ContractCall.of(
                        "deploy %s at %s".formatted(contract.name(), contract.address()),
                        Deployment.PROXY,
                        Hex.encode(contract.deploymentData()))))
        .toList();
  }

  /**
   * Makes sure that a chain can be deployed to.
   *
   * @throws InvalidInputException when it lacks the contract that creates others at addresses that
   *     follow from their code
   */
  public static void requireProxy(Node node) throws InterruptedException {
    if (!node.hasCode(Deployment.PROXY)) {
      throw new InvalidInputException(
          "This chain has no deterministic deployment proxy at %s: have it deployed there first"
                  .formatted(Deployment.PROXY)
              + " (github.com/Arachnid/deterministic-deployment-proxy)");
    }
  }

  /** Whether it stands on a chain. */
  public boolean isDeployed(Node node) throws InterruptedException {
    return node.hasCode(address);
  }
}
