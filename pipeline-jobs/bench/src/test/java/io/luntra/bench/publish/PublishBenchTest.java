package io.luntra.bench.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishBenchTest {
  @Test
  void fillsWhatOthersLeave() throws Exception {
    PublishReport report = new PublishBench(PublishSimulation.of(1_000), System.err::println).run();
    System.err.println(report);
    assertThat(report.blobs()).isEqualTo(1_000);
  }
}
