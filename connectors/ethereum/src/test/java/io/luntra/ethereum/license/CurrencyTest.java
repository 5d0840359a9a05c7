package io.luntra.ethereum.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurrencyTest {
  private static final Currency CENTS = new Currency("0x" + "12".repeat(20), 2);

  @Test
  void amountsComeBackAsTheyWere() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      BigInteger amount = new BigInteger(random.nextInt(129), random);
      Currency currency = new Currency(CENTS.address(), random.nextInt(37));
      String text = currency.format(amount);
      if (text.indexOf(' ') <= 39) {
        assertThat(currency.parse(text.substring(0, text.indexOf(' ')))).isEqualTo(amount);
      }
    }
    assertThat(Currency.ETHER.format(BigInteger.valueOf(250_000_000_000_000_000L)))
        .isEqualTo("0.25 ETH");
    assertThat(Currency.ETHER.parse("100")).isEqualTo(new BigInteger("100000000000000000000"));
    assertThat(CENTS.parse("1.50")).isEqualTo(BigInteger.valueOf(150));
    assertThat(CENTS.parse("1.500")).isEqualTo(BigInteger.valueOf(150));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+1",
        "1e3",
        "1,5",
        ".5",
        "5.",
        " 1",
        "1.005",
        "0x10",
        "NaN",
        "1_000",
        "9999999999999999999999999999999999999999",
        "４"
      })
  void whatIsNoAmountIsRefused(String text) {
    assertThatThrownBy(() -> CENTS.parse(text)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void pricesStayBelowTheirType() {
    Currency units = new Currency(CENTS.address(), 0);
    BigInteger limit = BigInteger.ONE.shiftLeft(128);
    assertThat(units.parse(limit.subtract(BigInteger.ONE).toString())).isLessThan(limit);
    assertThatThrownBy(() -> units.parse(limit.toString()))
        .hasMessageContaining("more than a price can be");
  }
}
