package io.luntra.jobs.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far long work is, with rate and time left: one line that changes on a terminal, a plain
 * line now and then elsewhere.
 */
public final class Progress {
  private static final long TERMINAL_INTERVAL = Duration.ofMillis(100).toNanos();
  private static final long PLAIN_INTERVAL = Duration.ofSeconds(5).toNanos();
  private static final int BAR = 24;

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private String step = "";
  private long started;
  private long shown;
  private boolean lineOpen;

  Progress(PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  /** Progress on standard error; the launcher says whether that is a terminal. */
  public static Progress onStandardError() {
    return new Progress(System.err, Boolean.getBoolean("luntra.terminal"), System::nanoTime);
  }

  /** Says something that stays. */
  public void note(String text) {
    clear();
    out.println(text);
  }

  /**
   * Shows that {@code done} of {@code total} units of a step are done. A step of another name
   * starts anew.
   */
  public void show(String name, long done, long total, String unit) {
    long now = nanoTime.getAsLong();
    if (!name.equals(step)) {
      clear();
      step = name;
      started = now;
      shown = now - (terminal ? TERMINAL_INTERVAL : 0);
    }
    if (now - shown < (terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL)) {
      return;
    }
    shown = now;
    String line = line(name, done, total, unit, (now - started) / 1e9);
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
      lineOpen = true;
    } else {
      out.println(line);
    }
  }

  /** Ends the line that changes, if there is one. */
  public void clear() {
    if (lineOpen) {
      out.print("\r\u001b[K");
      out.flush();
      lineOpen = false;
    }
    step = "";
  }

  private String line(String name, long done, long total, String unit, double seconds) {
    double share = total > 0 ? Math.min(1, (double) done / total) : 0;
    double rate = seconds > 0 ? done / seconds : 0;
    StringBuilder line = new StringBuilder("  ").append(name).append(' ');
    if (terminal) {
      int full = (int) (share * BAR);
      line.append("█".repeat(full)).append("░".repeat(BAR - full)).append(' ');
    }
    line.append("%,d/%,d %s".formatted(done, total, unit));
    if (rate > 0 && done < total) {
      line.append(
          String.format(
              Locale.ROOT, ", %.1f %s/s, %s left", rate, unit, duration((total - done) / rate)));
    }
    return line.toString();
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60)
        : "%d:%02d".formatted(whole / 60, whole % 60);
  }
}
