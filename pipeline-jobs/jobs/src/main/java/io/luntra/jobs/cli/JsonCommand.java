package io.luntra.jobs.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command whose result is text for people or, with --json, one document on standard output. */
abstract class JsonCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Give one JSON document on standard output; progress stays on standard error.")
  private boolean json;

  final boolean jsonWanted() {
    return json;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Gives the document with --json, else the text. */
  final void give(Object document, String text) {
    if (json) {
      Json.print(out(), document);
    } else {
      out().print(text);
      out().flush();
    }
  }
}
