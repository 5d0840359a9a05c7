package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class FeePolicyTest {
  private static final long GWEI = 1_000_000_000;

  private static FeeMarket market(long baseFee, long blobBaseFee, long tip) {
    return new FeeMarket(
        BigInteger.valueOf(baseFee), BigInteger.valueOf(blobBaseFee), BigInteger.valueOf(tip));
  }

  @Test
  void doublesBaseFeesAndKeepsFloors() {
    FeeCaps caps = FeePolicy.defaults().caps(market(3 * GWEI, 2 * GWEI, GWEI)).orElseThrow();
    assertThat(caps.maxPriorityFeePerGas()).isEqualTo(GWEI);
    assertThat(caps.maxFeePerGas()).isEqualTo(7 * GWEI);
    assertThat(caps.maxFeePerBlobGas()).isEqualTo(4 * GWEI);
    FeeCaps cheap = FeePolicy.defaults().caps(market(7, 1, 0)).orElseThrow();
    assertThat(cheap.maxPriorityFeePerGas()).isEqualTo(GWEI / 100);
    assertThat(cheap.maxFeePerBlobGas()).isEqualTo(GWEI);
  }

  @Test
  void countsExecutionAndBlobsInTheWorstCase() {
    FeeCaps caps = new FeeCaps(BigInteger.ONE, BigInteger.TEN, BigInteger.TWO);
    assertThat(caps.worstCase(100_000, 6)).isEqualTo(1_000_000 + 6 * 131_072 * 2);
  }

  @Property
  void neverPassesACeilingAndAlwaysPaysTheNextBlock(
      @ForAll @LongRange(max = 200 * GWEI) long baseFee,
      @ForAll @LongRange(min = 1, max = 200 * GWEI) long blobBaseFee,
      @ForAll @LongRange(max = 50 * GWEI) long tip) {
    FeePolicy policy = FeePolicy.defaults();
    FeeMarket market = market(baseFee, blobBaseFee, tip);
    boolean affordable =
        baseFee + Math.max(tip, GWEI / 100) <= 100 * GWEI && blobBaseFee <= 100 * GWEI;
    assertThat(policy.caps(market).isPresent()).isEqualTo(affordable);
    policy
        .caps(market)
        .ifPresent(
            caps -> {
              assertThat(caps.maxFeePerGas())
                  .isBetween(
                      market.baseFee().add(caps.maxPriorityFeePerGas()), policy.maxFeePerGas());
              assertThat(caps.maxFeePerBlobGas())
                  .isBetween(market.blobBaseFee(), policy.maxFeePerBlobGas());
            });
  }
}
