package io.luntra.bench.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prices, against values computed from the text of EIP-4844 and EIP-7918 by hand. */
class SimulatedMarketTest {
  private static final long BLOB = 131_072;
  private static final BlobMarket MARKET = BlobMarket.BPO2;
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 1",
    "38493, 0, 1000, 38493",
    "0, 1234, 2345, 0",
    "1, 2, 1, 6",
    "1, 4, 2, 6",
    "1, 3, 1, 16",
    "1, 6, 2, 18",
    "1, 4, 1, 49",
    "1, 8, 2, 50",
    "10, 8, 2, 542",
    "11, 8, 2, 596",
    "1, 5, 1, 136",
    "1, 5, 2, 11",
    "2, 5, 2, 23",
    "1, 50000000, 2225652, 5709098764"
  })
  void theExponentialIsThatOfTheProposal(
      long factor, long numerator, long denominator, long expected) {
    assertThat(
            BlobMarket.fakeExponential(
                BigInteger.valueOf(factor),
                BigInteger.valueOf(numerator),
                BigInteger.valueOf(denominator)))
        .isEqualTo(BigInteger.valueOf(expected));
  }

  @Test
  void oneWeiIsTheLeast() {
    assertThat(MARKET.blobBaseFee(0)).isEqualTo(BigInteger.ONE);
    assertThat(MARKET.blobBaseFee(200_000_000)).isEqualTo(BigInteger.valueOf(27137919L));
  }

  @Test
  void aFullBlockRaisesThePriceByEightPercent() {
    long excess = MARKET.excessFor(GWEI);

    long next = MARKET.nextExcess(excess, 21, BigInteger.ONE);

    assertThat(next - excess).isEqualTo(7 * BLOB);
    assertThat(MARKET.blobBaseFee(next).doubleValue() / GWEI.doubleValue()).isBetween(1.081, 1.083);
  }

  @Test
  void aBlockAtTheTargetLeavesThePriceAndAnEmptyOneLowersIt() {
    long excess = MARKET.excessFor(GWEI);

    assertThat(MARKET.nextExcess(excess, 14, BigInteger.ONE)).isEqualTo(excess);
    assertThat(MARKET.nextExcess(excess, 0, BigInteger.ONE)).isEqualTo(excess - 14 * BLOB);
    assertThat(MARKET.nextExcess(13 * BLOB, 0, GWEI)).isZero();
  }

  @Test
  void belowASixteenthOfTheBaseFeeThePriceOnlyRises() {
    // 8192 / 131072 is 1 / 16.
    BigInteger baseFee = GWEI.multiply(BigInteger.valueOf(16));
    long excess = MARKET.excessFor(GWEI);
    BigInteger price = MARKET.blobBaseFee(excess);
    BigInteger reserve = price.multiply(BigInteger.valueOf(16));

    assertThat(price).isGreaterThanOrEqualTo(GWEI);
    assertThat(MARKET.nextExcess(excess, 6, baseFee.shiftLeft(1))).isEqualTo(excess + 2 * BLOB);
    assertThat(MARKET.nextExcess(excess, 6, reserve)).isEqualTo(excess - 8 * BLOB);
    assertThat(MARKET.nextExcess(excess, 6, reserve.add(BigInteger.ONE)))
        .isEqualTo(excess + 2 * BLOB);
  }
}
