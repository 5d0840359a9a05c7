package io.luntra.bench.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SimulatedChainTest {
  @Test
  void theTraceIsWhatItsGeneratorMakes() {
    assertThat(SlotTrace.committed().slots()).isEqualTo(SlotTraceGenerator.generate());
  }
}
