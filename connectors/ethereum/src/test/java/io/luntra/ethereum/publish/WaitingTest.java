package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.ethereum.node.VirtualPacer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private final List<String> said = new ArrayList<>();
  private final VirtualPacer pacer = new VirtualPacer();
  private final Waiting waiting =
      new Waiting(
          new PublishListener() {
            @Override
            public void waiting(String reason) {
              said.add(reason);
            }
          },
          pacer);

  private void wait(Waiting.Cause cause, int minutes) {
    for (int i = 0; i < minutes; i++) {
      waiting.on(cause, cause.name());
      pacer.pause(Duration.ofMinutes(1));
    }
  }

  @Test
  void saysAtOnceWhatIsWaitedForAndThenEveryFiveMinutes() {
    wait(Waiting.Cause.FEES, 66);
    assertThat(said).hasSize(14);
    assertThat(said.get(0)).isEqualTo("FEES");
    assertThat(said.get(1)).isEqualTo("FEES; waiting for 5 min");
    assertThat(said.get(13)).isEqualTo("FEES; waiting for 1 h 5 min");
  }

  @Test
  void saysNothingOfBlobSpaceUnlessItLasts() {
    for (int i = 0; i < 100; i++) {
      wait(Waiting.Cause.BLOB_SPACE, 1);
      waiting.over();
    }
    assertThat(said).isEmpty();
    wait(Waiting.Cause.BLOB_SPACE, 7);
    assertThat(said).containsExactly("BLOB_SPACE; waiting for 5 min");
  }

  @Test
  void countsAnewAfterItWasOver() {
    wait(Waiting.Cause.NODE, 3);
    waiting.over();
    pacer.pause(Duration.ofHours(1));
    wait(Waiting.Cause.NODE, 1);
    assertThat(said).containsExactly("NODE", "NODE");
  }
}
