package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns failures into messages and exit codes; the stack is shown with LUNTRA_DEBUG=1. */
final class FailureHandler implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    int exitCode = failure instanceof InvalidInputException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    String message = message(failure);
    PrintWriter err = command.getErr();
    err.println("luntra: " + message);
    if (System.getenv("LUNTRA_DEBUG") != null) {
      failure.printStackTrace(err);
    }
    err.flush();
    if (command.getCommand() instanceof JsonCommand json && json.jsonWanted()) {
      Json.print(command.getOut(), new Failed(false, failure.getClass().getSimpleName(), message));
    }
    return exitCode;
  }

  private static String message(Exception failure) {
    if (failure instanceof LuntraException) {
      return failure.getMessage();
    }
    return "unexpected failure (LUNTRA_DEBUG=1 shows the stack): " + failure;
  }

  /** What --json gives when a command fails. */
  record Failed(boolean ok, String error, String message) {}
}
