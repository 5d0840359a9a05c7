package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTextTest {
  @Test
  void whatATerminalObeysIsEscaped() {
    assertThat(TerminalText.escaped("a\u001b[31mb\r\n\t\u009b2J\u007f"))
        .isEqualTo("a\\u001b[31mb\\u000d\\u000a\\u0009\\u009b2J\\u007f");
    assertThat(TerminalText.escaped("\u202egnp\u2066\u200b\u2028\ufeff"))
        .isEqualTo("\\u202egnp\\u2066\\u200b\\u2028\\ufeff");
    assertThat(TerminalText.escaped("\ud800 \udb40\udc41")).isEqualTo("\\ud800 \\udb40\\udc41");
  }

  @Test
  void textStaysAsItIsAndEscapesAreToldApart() {
    assertThat(TerminalText.escaped("größer, 模型 $1 \"x\"")).isEqualTo("größer, 模型 $1 \"x\"");
    assertThat(TerminalText.escaped("\\u001b")).isEqualTo("\\\\u001b");
  }
}
