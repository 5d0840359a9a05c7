package io.luntra.ethereum.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForeignTextTest {
  @Test
  void nothingReachesTheTerminalButText() {
    assertThat(ForeignText.printable("Größe 7, 模型")).isEqualTo("Größe 7, 模型");
    assertThat(ForeignText.printable("a\u001b[2Jb\nc\rd\u0007e\u009bf"))
        .isEqualTo("a?[2Jb?c?d?e?f");
    assertThat(ForeignText.printable("evil\u202egro.elpmaxe\u2066\u200b\u2028x\ufeff"))
        .isEqualTo("evil?gro.elpmaxe???x?");
  }

  @Test
  void longTextsAreCut() {
    assertThat(ForeignText.printable("x".repeat(1_000))).hasSize(301).endsWith("x…");
  }
}
