package io.luntra.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForeignTextTest {
  @Test
  void whatATerminalObeysIsEscaped() {
    assertThat(ForeignText.printable("a\u001b[31mb\r\n\t\u009b2J\u007f"))
        .isEqualTo("a\\u001b[31mb\\u000d\\u000a\\u0009\\u009b2J\\u007f");
    assertThat(ForeignText.printable("\u202egnp\u2066\u200b\u2028\ufeff"))
        .isEqualTo("\\u202egnp\\u2066\\u200b\\u2028\\ufeff");
    assertThat(ForeignText.printable("\ud800 \udb40\udc41")).isEqualTo("\\ud800 \\udb40\\udc41");
  }

  @Test
  void textStaysAsItIsAndEscapesAreToldApart() {
    assertThat(ForeignText.printable("größer, 模型 $1 \"x\"")).isEqualTo("größer, 模型 $1 \"x\"");
    assertThat(ForeignText.printable("\\u001b")).isEqualTo("\\\\u001b");
  }

  @Test
  void longTextsAreCut() {
    assertThat(ForeignText.printable("x".repeat(1_000))).hasSize(301).endsWith("x…");
  }
}
