package io.luntra.jobs.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line; with --json on standard output, too. */
final class UsageFailureHandler implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("luntra: " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("\"%s --help\" explains it.".formatted(command.getCommandSpec().qualifiedName()));
    err.flush();
    if (Arrays.asList(arguments).contains("--json")) {
      Json.print(
          command.getOut(),
          new FailureHandler.Failed(
              false, failure.getClass().getSimpleName(), failure.getMessage()));
    }
    return ExitCode.USAGE;
  }
}
