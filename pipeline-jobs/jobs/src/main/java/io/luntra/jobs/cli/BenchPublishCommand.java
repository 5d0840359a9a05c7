package io.luntra.jobs.cli;

import io.luntra.bench.publish.PublishBench;
import io.luntra.bench.publish.PublishReport;
import io.luntra.bench.publish.PublishSimulation;
import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes random blobs with the real publisher, journal and staging store on a simulated"
          + " chain: slots of 12 seconds on a virtual clock, blocks that are missed, others' blobs"
          + " as a trace of 2,000 slots has them, a blob fee that follows use. Prints throughput,"
          + " cost and inclusion delay as the chain counts them. Only the blobs' proofs are made"
          + " up; nothing leaves the machine.",
      "Takes 140 kB of temporary disk space for each blob, and some minutes for 10,000.",
      ""
    })
final class BenchPublishCommand extends JsonCommand {
  private static final int ETHER_DIGITS = 6;
  private static final int GWEI_DIGITS = 4;

  @Option(
      names = "--simulate",
      description = "On a simulated chain. Needed: there is no other way to measure.")
  private boolean simulate;

  @Option(
      names = "--blobs",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Data blobs to publish. Default: ${DEFAULT-VALUE}.")
  private int blobs;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      description = "Accounts to publish from. Default: as many as the rate needs.")
  private Integer lanes;

  @Option(
      names = "--share",
      paramLabel = "S",
      defaultValue = "1",
      description =
          "Share of the blob space below the target that others leave, above 0 and at most 1."
              + " Default: ${DEFAULT-VALUE}.")
  private double share;

  @Option(
      names = "--missed-from-trace",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Miss the slots that the trace misses: 2 %%, 20 of them in a row. The default; with"
              + " --no-missed-from-trace every slot has a block.")
  private boolean missedFromTrace;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of base fees and others' transactions. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--bpo",
      paramLabel = "SLOT",
      description =
          "The blob schedule changes after so many slots, from 14 blobs on average and 21 at most"
              + " to 21 and 32. Default: it does not.")
  private Long bpoSlot;

  @Override
  public Integer call() throws Exception {
    if (!simulate) {
      throw new InvalidInputException(
          "Publishing is measured on a simulated chain only: add --simulate");
    }
    Progress progress = Progress.onStandardError();
    PublishReport report =
        new PublishBench(
                new PublishSimulation(
                    blobs,
                    lanes == null ? OptionalInt.empty() : OptionalInt.of(lanes),
                    share,
                    missedFromTrace,
                    seed,
                    bpoSlot == null ? OptionalLong.empty() : OptionalLong.of(bpoSlot)),
                progress::note)
            .run();
    give(report, text(report));
    return 0;
  }

  private static String text(PublishReport report) {
    TextTable table =
        new TextTable()
            .row("published on a simulated chain", "")
            .row("blobs", "%,d".formatted(report.blobs()))
            .row("transactions, the seal's included", "%,d".formatted(report.transactions()))
            .row("blobs per transaction", "%.2f".formatted(report.blobsPerTransaction()))
            .row("lanes", "%d".formatted(report.lanes()))
            .row("slots from first blob to last", "%,d".formatted(report.slots()))
            .row("missed slots among them", "%,d".formatted(report.missedSlots()))
            .row("spare blobs per slot, on average", "%.2f".formatted(report.spareBlobsPerSlot()))
            .row("of these filled", "%.1f %%".formatted(100 * report.filledShare()))
            .row("payload, kB/s", "%.1f".formatted(report.kBps()))
            .row(
                "slots until inclusion, median and 95 %",
                "%d and %d".formatted(report.inclusionSlots().p50(), report.inclusionSlots().p95()))
            .row("cost, ETH", decimal(report.costWei(), 18, ETHER_DIGITS))
            .row("blob base fee, gwei: first block", gwei(report.blobBaseFeeStartWei()))
            .row("last block", gwei(report.blobBaseFeeEndWei()))
            .row("on average", gwei(report.blobBaseFeeMeanWei()))
            .row("on average without ours", gwei(report.blobBaseFeeMeanWithoutOursWei()))
            .row("peak heap, MB", "%,d".formatted(report.peakHeapBytes() / 1_000_000));
    return "\n" + table;
  }

  private static String gwei(String wei) {
    return decimal(wei, 9, GWEI_DIGITS);
  }

  private static String decimal(String wei, int shift, int digits) {
    return new BigDecimal(wei)
        .movePointLeft(shift)
        .setScale(digits, RoundingMode.HALF_UP)
        .toPlainString();
  }
}
