package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.ethereum.node.FeeMarket;
import java.math.BigInteger;
import java.util.Optional;
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

  private static FeeCaps caps(long tip, long perGas, long perBlobGas) {
    return new FeeCaps(
        BigInteger.valueOf(tip), BigInteger.valueOf(perGas), BigInteger.valueOf(perBlobGas));
  }

  /** What pools ask of a replacement, at whatever market; and never above a ceiling. */
  @Property
  void replacementsDoubleAllThreeAndFollowTheMarket(
      @ForAll @LongRange(min = 1, max = 1_000_000) long tip,
      @ForAll @LongRange(min = 1, max = 1_000_000) long above,
      @ForAll @LongRange(min = 1, max = 1_000_000) long perBlobGas,
      @ForAll @LongRange(min = 1, max = 1_000_000) long baseFee,
      @ForAll @LongRange(min = 1, max = 1_000_000) long blobBaseFee,
      @ForAll @LongRange(min = 1, max = 1_000_000) long marketTip,
      @ForAll @LongRange(min = 1, max = 4_000_000) long ceiling) {
    FeeCaps old = caps(tip, tip + above, perBlobGas);
    FeeMarket market =
        new FeeMarket(
            BigInteger.valueOf(baseFee),
            BigInteger.valueOf(blobBaseFee),
            BigInteger.valueOf(marketTip));
    FeePolicy policy =
        new FeePolicy(
            BigInteger.valueOf(ceiling),
            BigInteger.valueOf(ceiling),
            BigInteger.ONE,
            50,
            FeePolicy.UNLIMITED);
    Optional<FeeCaps> found = policy.replacement(old, market);
    if (found.isEmpty()) {
      long newTip = Math.max(2 * tip, marketTip);
      assertThat(
              2 * (tip + above) > ceiling
                  || 2 * perBlobGas > ceiling
                  || baseFee + newTip > ceiling
                  || blobBaseFee > ceiling)
          .isTrue();
      return;
    }
    FeeCaps next = found.get();
    assertThat(next.maxPriorityFeePerGas()).isGreaterThanOrEqualTo(BigInteger.valueOf(2 * tip));
    assertThat(next.maxFeePerGas())
        .isBetween(BigInteger.valueOf(2 * (tip + above)), BigInteger.valueOf(ceiling));
    assertThat(next.maxFeePerBlobGas())
        .isBetween(BigInteger.valueOf(2 * perBlobGas), BigInteger.valueOf(ceiling));
    assertThat(next.maxFeePerGas()).isGreaterThanOrEqualTo(next.maxPriorityFeePerGas());
    assertThat(next.isPayable(market)).isTrue();
    assertThat(next.isBehind(market)).isFalse();
  }
}
