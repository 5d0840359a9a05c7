package io.luntra.devnet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what anvil prints until it ends: finds the port, keeps the last lines but no key. */
final class AnvilOutput implements Runnable {
  private static final int KEPT_LINES = 60;
  private static final int KEPT_CHARACTERS = 300;
  private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern SECRET =
      Pattern.compile("^(\\(\\d+\\) 0x[0-9a-f]{64}|Mnemonic:.*)$", Pattern.CASE_INSENSITIVE);

  private final InputStream stream;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final Deque<String> lines = new ArrayDeque<>();

  AnvilOutput(InputStream stream) {
    this.stream = stream;
  }

  @Override
  public void run() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        keep(line);
        if (!port.isDone()) {
          Matcher listening = LISTENING.matcher(line);
          if (listening.find()) {
            port.complete(Integer.valueOf(listening.group(1)));
          }
        }
      }
      port.completeExceptionally(new IOException("anvil ended before it listened"));
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
  }

  /** Fails when the output ends without a port. */
  CompletableFuture<Integer> port() {
    return port;
  }

  String tail() {
    synchronized (lines) {
      return String.join(System.lineSeparator(), lines);
    }
  }

  private void keep(String line) {
    if (line.isBlank() || SECRET.matcher(line.strip()).matches()) {
      return;
    }
    synchronized (lines) {
      if (lines.size() == KEPT_LINES) {
        lines.removeFirst();
      }
      lines.addLast(
          line.length() > KEPT_CHARACTERS ? line.substring(0, KEPT_CHARACTERS) + "…" : line);
    }
  }
}
