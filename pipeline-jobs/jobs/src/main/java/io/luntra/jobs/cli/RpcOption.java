package io.luntra.jobs.cli;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the execution node is. */
final class RpcOption {
  @Option(
      names = "--rpc",
      paramLabel = "URL",
      split = ",",
      defaultValue = "${env:LUNTRA_RPC}",
      description =
          "JSON-RPC address of an execution node; publish takes several, separated by commas, of"
              + " which the first is preferred. Default: LUNTRA_RPC.")
  private List<String> rpc;

  /** The first. */
  URI url() {
    return urls().get(0);
  }

  List<URI> urls() {
    return ChainOptions.urls("--rpc", "LUNTRA_RPC", rpc);
  }

  boolean isGiven() {
    return rpc != null && !String.join("", rpc).isBlank();
  }
}
