package io.luntra.jobs.cli;

import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "devnet",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a local chain with the registry deployed and the rules of a real transaction pool in"
          + " front of it; runs until it is interrupted.",
      "Its keys are public knowledge. Never send anything of value to them."
    })
final class DevnetCommand extends JsonCommand {
  @Option(
      names = "--publishers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Accounts with funds to publish from, one lane each. Default: ${DEFAULT-VALUE}.")
  private int publishers;

  /** What --json gives, once, when the chain is ready. */
  record Ready(
      String rpc, String beacon, String registry, long chainId, List<String> publisherKeys) {}

  @Override
  public Integer call() throws InterruptedException {
    try (Devnet devnet = Devnet.start(DevnetOptions.defaults().withPublishers(publishers))) {
      Ready ready =
          new Ready(
              devnet.rpcUrl(),
              devnet.beaconUrl(),
              devnet.registryAddress(),
              devnet.chainId(),
              devnet.publisherKeys());
      give(
          ready,
          """
          export LUNTRA_RPC=%s
          export LUNTRA_BEACON=%s
          export LUNTRA_REGISTRY=%s
          export LUNTRA_KEYS=%s
          # chain %d is ready; Ctrl-C ends it
          """
              .formatted(
                  ready.rpc(),
                  ready.beacon(),
                  ready.registry(),
                  String.join(",", ready.publisherKeys()),
                  ready.chainId()));
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
