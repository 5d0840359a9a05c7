package io.luntra.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
    name = "luntra",
    mixinStandardHelpOptions = true,
    version = "luntra 0.1.0",
    description = "Publishes AI models on Ethereum, and fetches and verifies what was published.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 success, 1 a check failed, 2 bad usage or input.",
      "Addresses can also come from the environment: LUNTRA_RPC, LUNTRA_BEACON, LUNTRA_REGISTRY."
    },
    subcommands = {
      DemoCommand.class,
      InspectCommand.class,
      PlanCommand.class,
      PublishCommand.class,
      CancelCommand.class,
      PruneCommand.class,
      FetchCommand.class,
      VerifyCommand.class,
      ConvertCommand.class,
      ProveCommand.class,
      SearchCommand.class,
      LogCommand.class,
      ShowCommand.class,
      DiffCommand.class,
      ExportCommand.class,
      StatusCommand.class,
      ModelCommand.class,
      BranchCommand.class,
      TagCommand.class,
      AttestCommand.class,
      LicenseCommand.class,
      DeployCommand.class,
      BenchCommand.class,
      DevnetCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Luntra {
  private Luntra() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Luntra())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(new CommandLine.RunLast())
        .setParameterExceptionHandler(new UsageFailureHandler())
        .setExecutionExceptionHandler(new FailureHandler())
        .execute(arguments);
  }
}
