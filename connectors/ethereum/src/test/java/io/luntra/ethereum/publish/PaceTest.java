package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.ethereum.node.BlobSchedule;
import io.luntra.ethereum.node.FeeHistory;
import io.luntra.ethereum.node.FeeMarket;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final BlobSchedule SCHEDULE = new BlobSchedule(14, 21);
  private static final long BASE_FEE = 320_000_000;
  private static final long RESERVE = BASE_FEE / 16;
  private static final FeeMarket MARKET = market(RESERVE);

  private static FeeMarket market(long blobBaseFee) {
    return new FeeMarket(
        BigInteger.valueOf(BASE_FEE), BigInteger.valueOf(blobBaseFee), BigInteger.ONE);
  }

  private static FeeHistory block(long number, int blobs) {
    return new FeeHistory(
        number, List.of(MARKET), List.of((double) blobs / SCHEDULE.max()), MARKET);
  }

  private static int signAll(Pace pace, int waiting) {
    int signed = 0;
    int batch;
    while (signed < waiting && (batch = pace.grant(waiting - signed)) > 0) {
      pace.signed(batch);
      signed += batch;
    }
    return signed;
  }

  /** With what others take, blocks hold the target on average, and nothing above it for long. */
  @Property(tries = 200)
  void fillsWhatOthersLeaveAndNoMore(
      @ForAll @Size(min = 200, max = 200) List<@IntRange(max = 18) Integer> others) {
    Pace pace = new Pace(1);
    int ours = 0;
    int signed = 0;
    long spare = 0;
    for (int i = 0; i < others.size(); i++) {
      pace.included(i, ours);
      pace.observe(block(i, Math.min(SCHEDULE.max(), others.get(i) + ours)), Optional.of(SCHEDULE));
      spare += SCHEDULE.target() - others.get(i);
      // What is signed now stands in the next block.
      ours = Math.min(signAll(pace, 1000), SCHEDULE.max() - others.get(Math.min(i + 1, 199)));
      signed += ours;
    }
    // The first batch is free, and one goes in sixteen blocks in any case.
    assertThat((double) signed).isLessThanOrEqualTo(Math.max(0, spare) + 6 + 6 * 200.0 / 16 + 112);
  }

  @Test
  void takesAllThatIsSpare() {
    Pace pace = new Pace(1);
    int signed = 0;
    for (int i = 0; i < 100; i++) {
      pace.observe(block(i, 4), Optional.of(SCHEDULE));
      int now = signAll(pace, 1000);
      signed += now;
    }
    assertThat(signed).isBetween(990, 1006);
  }

  @Test
  void takesTheShareThatItWasTold() {
    Pace pace = new Pace(0.5);
    int signed = 0;
    for (int i = 0; i < 100; i++) {
      pace.observe(block(i, 4), Optional.of(SCHEDULE));
      signed += signAll(pace, 1000);
    }
    assertThat(signed).isBetween(490, 506);
  }

  @Test
  void doesNotStarveWhereOthersTakeEverything() {
    Pace pace = new Pace(1);
    int signed = 0;
    for (int i = 0; i < 160; i++) {
      pace.observe(block(i, 14), Optional.of(SCHEDULE));
      signed += signAll(pace, 1000);
    }
    assertThat(signed).isBetween(48, 66);
  }

  @Test
  void keepsADeadlineThoughOthersLeaveTooLittle() {
    Pace pace = new Pace(1);
    pace.require(5);
    int signed = 0;
    for (int i = 0; i < 100; i++) {
      pace.observe(block(i, 14), Optional.of(SCHEDULE));
      signed += signAll(pace, 1000);
    }
    assertThat(signed).isBetween(490, 512);
  }

  @Test
  void sendsSmallTransactionsWhereBlocksHaveLittleRoom() {
    Pace pace = new Pace(1);
    BlobSchedule small = new BlobSchedule(3, 6);
    for (int i = 0; i < 40; i++) {
      FeeHistory half = new FeeHistory(i, List.of(MARKET), List.of(0.5), MARKET);
      pace.observe(half, Optional.of(small));
    }
    assertThat(pace.grant(100)).isEqualTo(3);
    assertThat(pace.grant(2)).isEqualTo(2);
  }

  @Test
  void goesOnWithoutAScheduleAsFastAsItMay() {
    Pace pace = new Pace(1);
    pace.observe(block(0, 21), Optional.empty());
    assertThat(Collections.nCopies(50, 0)).allMatch(i -> pace.grant(100) == 6);
  }

  @Test
  void countsOurOwnBlobsAsOurs() {
    Pace pace = new Pace(1);
    pace.observe(block(0, 4), Optional.of(SCHEDULE));
    // One batch to begin with; the first block tells nothing of what comes.
    assertThat(signAll(pace, 1000)).isEqualTo(6);
    pace.included(1, 6);
    pace.observe(block(1, 10), Optional.of(SCHEDULE));
    // 4 by others again: 10 are spare, of which 4 are less than a batch and wait.
    assertThat(signAll(pace, 1000)).isEqualTo(6);
    pace.included(2, 6);
    pace.observe(block(2, 10), Optional.of(SCHEDULE));
    assertThat(signAll(pace, 1000)).isEqualTo(12);
  }

  @Test
  void leavesATwentiethOfTheTargetWhereBlobsAreDear() {
    Pace pace = new Pace(1);
    FeeMarket dear = market(RESERVE * 2);
    int signed = 0;
    for (int i = 0; i < 100; i++) {
      FeeHistory block = new FeeHistory(i, List.of(dear), List.of(4.0 / SCHEDULE.max()), dear);
      pace.observe(block, Optional.of(SCHEDULE));
      signed += signAll(pace, 1000);
    }
    // 13.3 are aimed at, of which others take 4.
    assertThat(signed).isBetween(915, 936);
  }
}
