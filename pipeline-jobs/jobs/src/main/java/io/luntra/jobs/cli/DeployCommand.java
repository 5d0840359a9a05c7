package io.luntra.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.SentCall;
import io.luntra.ethereum.deployment.DeployableContract;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.node.Node;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = {
      "Puts the contracts of this build on a chain: registry, references, attestations, market,"
          + " proofs.",
      "Their addresses follow from their code, whoever deploys them, and are the same on every chain."
          + " What stands there already is left alone, so this is safe to run again. Nobody owns"
          + " them, and nothing of them can be changed afterwards.",
      "With --dry-run and no keys: says the addresses, and what is there."
    })
final class DeployCommand extends JsonCommand {
  @Mixin private RpcOption rpc;
  @Mixin private SignerOptions signers;
  @Mixin private CallOptions calls;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write addresses and ABIs to a file, in JSON.")
  private Path out;

  /**
   * A contract and where it stands.
   *
   * @param transaction that put it there; null where it stood there already, or in a dry run
   */
  record Deployed(
      String name,
      String address,
      boolean deployed,
      String transaction,
      Long block,
      Long gasUsed) {}

  /** What --json gives. */
  record Result(boolean ok, boolean dryRun, long chainId, List<Deployed> contracts) {}

  /** A contract in the file of --out. */
  record Artifact(String name, String address, JsonNode abi) {}

  /** The file of --out. */
  record Artifacts(long chainId, List<Artifact> contracts) {}

  @Override
  public Integer call() throws Exception {
    Node node = ExecutionNodes.node(rpc.urls().stream().map(URI::toString).toList());
    DeployableContract.requireProxy(node);
    List<Deployed> deployed = calls.dryRun() ? found(node) : deploy(node);
    Result result = new Result(true, calls.dryRun(), node.chainId(), deployed);
    if (out != null) {
      write(result.chainId());
    }
    give(result, text(result));
    return 0;
  }

  private static List<Deployed> found(Node node) throws InterruptedException {
    List<Deployed> found = new ArrayList<>();
    for (DeployableContract contract : DeployableContract.all()) {
      found.add(
          new Deployed(
              contract.name(), contract.address(), contract.isDeployed(node), null, null, null));
    }
    return found;
  }

  private List<Deployed> deploy(Node node) throws InterruptedException {
    List<Deployed> deployed = new ArrayList<>();
    Progress progress = Progress.onStandardError();
    try (CallSender sender = calls.sender(node, calls.signer(signers.source()), progress::note)) {
      for (DeployableContract contract : DeployableContract.all()) {
        deployed.add(deploy(node, sender, contract));
      }
    }
    return deployed;
  }

  private static Deployed deploy(Node node, CallSender sender, DeployableContract contract)
      throws InterruptedException {
    if (contract.isDeployed(node)) {
      return new Deployed(contract.name(), contract.address(), true, null, null, null);
    }
    SentCall sent = sender.send(contract.deployment());
    if (!contract.isDeployed(node)) {
      throw new LuntraException(
          "%s: transaction %s went through, but no code is at %s"
              .formatted(contract.name(), sent.receipt().transaction(), contract.address()));
    }
    sender.acknowledge();
    return new Deployed(
        contract.name(),
        contract.address(),
        true,
        sent.receipt().transaction().toHex(),
        sent.receipt().blockNumber(),
        sent.receipt().gasUsed());
  }

  private void write(long chainId) {
    ObjectMapper json = new ObjectMapper();
    try {
      List<Artifact> contracts = new ArrayList<>();
      for (DeployableContract contract : DeployableContract.all()) {
        contracts.add(
            new Artifact(contract.name(), contract.address(), json.readTree(contract.abi())));
      }
      Files.writeString(
          out,
          json.writerWithDefaultPrettyPrinter()
                  .writeValueAsString(new Artifacts(chainId, contracts))
              + "\n");
    } catch (IOException e) {
      throw new InvalidInputException("--out: %s can't be written: %s".formatted(out, e), e);
    }
  }

  private static String text(Result result) {
    StringBuilder text = new StringBuilder("Chain %d%n".formatted(result.chainId()));
    for (Deployed contract : result.contracts()) {
      String how =
          contract.transaction() != null
              ? "deployed in block %,d for %,d gas".formatted(contract.block(), contract.gasUsed())
              : contract.deployed() ? "was there already" : "not there";
      text.append("  %-16s %s  %s%n".formatted(contract.name(), contract.address(), how));
    }
    return text.toString();
  }
}
