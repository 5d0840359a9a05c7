package io.luntra.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong seconds = new AtomicLong(100);

  @Test
  void terminalShowsBarRateAndTimeLeft() {
    Progress progress = progress(true);
    progress.show("fetch", 0, 200, "blobs");
    seconds.addAndGet(10);
    progress.show("fetch", 50, 200, "blobs");
    progress.clear();

    assertThat(bytes.toString(UTF_8))
        .contains("fetch ██████░░░░░░░░░░░░░░░░░░ 50/200 blobs, 5.0 blobs/s, 0:30 left")
        .endsWith("\r\u001b[K");
  }

  @Test
  void elsewhereALineComesNowAndThen() {
    Progress progress = progress(false);
    progress.show("fetch", 0, 200, "blobs");
    seconds.addAndGet(1);
    progress.show("fetch", 20, 200, "blobs");
    seconds.addAndGet(9);
    progress.show("fetch", 100, 200, "blobs");

    assertThat(bytes.toString(UTF_8).lines().toList())
        .containsExactly("  fetch 100/200 blobs, 10.0 blobs/s, 0:10 left");
  }

  private Progress progress(boolean terminal) {
    return new Progress(
        new PrintStream(bytes, true, UTF_8), terminal, () -> seconds.get() * 1_000_000_000L);
  }
}
