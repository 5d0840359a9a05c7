package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({"1,1", "1200000,1200000", "1.2GB,1200000000", "3 MiB,3145728", "0.5kB,500"})
  void sizesAreWhatTheySay(String text, long bytes) {
    assertThat(ByteSize.parse("--bytes", text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1gb", "1.5", "1e9", "10 PB", "99999999999999999999"})
  void othersAreRefused(String text) {
    assertThatThrownBy(() -> ByteSize.parse("--bytes", text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--bytes");
  }
}
