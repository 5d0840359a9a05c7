package io.luntra.jobs.cli;

import java.net.URI;
import picocli.CommandLine.Option;

/** Where the execution node is. */
final class RpcOption {
  @Option(
      names = "--rpc",
      paramLabel = "URL",
      defaultValue = "${env:LUNTRA_RPC}",
      description = "JSON-RPC address of an execution node. Default: LUNTRA_RPC.")
  private String rpc;

  URI url() {
    return ChainOptions.url("--rpc", "LUNTRA_RPC", rpc);
  }
}
