package io.luntra.jobs.cli;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** Shows a status again and again: on a terminal in place, elsewhere a line for what changed. */
final class StatusScreen {
  private static final String CLEAR = "\u001b[H\u001b[2J";

  private final PrintStream out;
  private final boolean terminal;
  private final Map<String, String> lines = new HashMap<>();
  private boolean shown;

  StatusScreen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On standard error; the launcher says whether that is a terminal. */
  static StatusScreen onStandardError() {
    return new StatusScreen(System.err, Boolean.getBoolean("luntra.terminal"));
  }

  void show(StatusCommand.Result result) {
    if (terminal) {
      out.print(CLEAR + StatusTable.of(result));
      out.flush();
      shown = true;
      return;
    }
    for (StatusCommand.Release release : result.releases()) {
      String line = StatusTable.line(release);
      if (!line.equals(lines.put(release.releaseId() + release.registry(), line))) {
        out.println(line);
      }
    }
    for (String notice : result.notices()) {
      if (lines.put(notice, notice) == null) {
        out.println("NOTE: " + notice);
      }
    }
  }

  /** Ends the table that changes, if there is one. */
  void clear() {
    if (shown) {
      out.print(CLEAR);
      out.flush();
    }
  }
}
