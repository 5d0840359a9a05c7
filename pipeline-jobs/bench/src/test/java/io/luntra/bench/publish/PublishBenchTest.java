package io.luntra.bench.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The figures that the publisher is held to, with the chain as the witness. */
class PublishBenchTest {
  private static final long MEGABYTE = 1_000_000;

  private static PublishReport run(PublishSimulation simulation) throws Exception {
    return new PublishBench(simulation, note -> {}).run();
  }

  private static double feeAgainstNone(PublishReport report) {
    return new BigDecimal(report.blobBaseFeeMeanWei()).doubleValue()
        / new BigDecimal(report.blobBaseFeeMeanWithoutOursWei()).doubleValue();
  }

  @Test
  void publishesEveryBlobInFullTransactions() throws Exception {
    PublishReport report = run(PublishSimulation.of(120));

    assertThat(report.blobs()).isEqualTo(120);
    assertThat(report.blobsPerTransaction()).isGreaterThanOrEqualTo(5);
    assertThat(report.transactions()).isBetween(21, 25);
    assertThat(report.lanes()).isEqualTo(1);
    assertThat(report.inclusionSlots().p50()).isEqualTo(1);
    assertThat(new BigDecimal(report.costWei())).isPositive();
  }

  @Test
  void refusesWhatCanNotBeSimulated() {
    assertThatThrownBy(() -> PublishSimulation.of(0)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () -> new PublishSimulation(1, OptionalInt.of(33), 1, true, 1, OptionalLong.empty()))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  @Tag("long")
  void fillsWhatOthersLeaveAndDoesNotDriveTheFee() throws Exception {
    PublishReport report = run(PublishSimulation.of(10_000));

    assertThat(report.blobs()).isEqualTo(10_000);
    assertThat(report.spareBlobsPerSlot()).isBetween(9.5, 10.5);
    assertThat(report.missedSlots()).isGreaterThanOrEqualTo(20);
    assertThat(report.filledShare()).isGreaterThanOrEqualTo(0.95);
    assertThat(report.kBps()).isGreaterThanOrEqualTo(100);
    assertThat(report.blobsPerTransaction()).isGreaterThanOrEqualTo(5);
    assertThat(feeAgainstNone(report)).isLessThanOrEqualTo(1.5);
    // The blobs are 1.3 GB.
    assertThat(report.peakHeapBytes()).isLessThan(200 * MEGABYTE);
  }

  @Test
  @Tag("long")
  void severalLanesFillItToo() throws Exception {
    PublishReport report =
        run(new PublishSimulation(600, OptionalInt.of(4), 1, true, 7, OptionalLong.empty()));

    assertThat(report.lanes()).isEqualTo(4);
    assertThat(report.blobs()).isEqualTo(600);
    assertThat(report.filledShare()).isBetween(0.93, 1.05);
    assertThat(report.blobsPerTransaction()).isGreaterThanOrEqualTo(5);
  }

  @Test
  @Tag("long")
  void followsAChangeOfTheSchedule() throws Exception {
    PublishReport report =
        run(new PublishSimulation(1_500, OptionalInt.empty(), 1, true, 1, OptionalLong.of(50)));

    assertThat(report.blobs()).isEqualTo(1_500);
    assertThat(report.filledShare()).isBetween(0.9, 1.05);
    assertThat(report.spareBlobsPerSlot()).isGreaterThan(12);
  }
}
