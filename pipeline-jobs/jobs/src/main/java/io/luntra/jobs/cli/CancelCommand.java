package io.luntra.jobs.cli;

import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.sink.Cancellation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = {
      "Takes back what these accounts have pending: each transaction is replaced, at twice its fees,"
          + " by one that publishes nothing. Returns when the accounts have nothing in flight.",
      "What is in a block already stays. Publishing may go on afterwards, with new transactions.",
      "Stop the publisher first: it holds the accounts."
    })
final class CancelCommand extends JsonCommand {
  @Mixin private ChainOptions chain;

  @Mixin private SignerOptions signers;

  @Mixin private SinkOptions sink;

  /** What --json gives. */
  record Result(boolean ok, int cancelled) {}

  @Override
  public Integer call() throws Exception {
    BlobSinkConfig config = sink.config(chain, signers.source());
    int cancelled = Cancellation.of(config);
    give(
        new Result(true, cancelled),
        "%d transactions were cancelled; nothing is in flight%n".formatted(cancelled));
    return 0;
  }
}
