package io.luntra.jobs.cli;

import io.luntra.ethereum.publish.Forecast;
import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Says what publishing would cost at the prices of recent blocks, and how long it would take.",
      "Asks an execution node; sends and stores nothing. How many bytes a model encodes to is what"
          + " publish --dry-run says.",
      ""
    })
final class PlanCommand extends JsonCommand {
  private static final double LOW = 0.1;
  private static final double MEDIAN = 0.5;
  private static final double HIGH = 0.9;
  private static final int ETHER_DIGITS = 6;

  @ArgGroup(multiplicity = "1")
  private Size size;

  @Mixin private RpcOption rpc;

  @Option(
      names = "--share",
      paramLabel = "S",
      defaultValue = "0.5",
      description =
          "Share of a block's target of blobs that ours may take, above 0. Above what others leave"
              + " of it, prices rise. Default: ${DEFAULT-VALUE}.")
  private double share;

  @Option(
      names = "--blobs-per-slot",
      paramLabel = "N",
      description = "The same in blobs, for nodes that do not say what the target is.")
  private Double blobsPerSlot;

  @Option(
      names = "--history-blocks",
      paramLabel = "N",
      defaultValue = "1024",
      description =
          "How many blocks prices are taken from; 7200 are a day. Default: ${DEFAULT-VALUE}.")
  private int historyBlocks;

  @Option(
      names = "--eth-usd",
      paramLabel = "USD",
      description = "Dollars per ETH, to have prices in dollars, too.")
  private BigDecimal ethUsd;

  /** What is published. */
  static final class Size {
    @Option(
        names = "--bytes",
        paramLabel = "SIZE",
        required = true,
        description =
            "Encoded bytes: a number, or with kB, MB, GB (powers of 1000), KiB, MiB, GiB.")
    private String bytes;

    @Option(
        names = "--blobs",
        paramLabel = "N",
        required = true,
        description = "Blobs, those of the manifest included.")
    private Long blobs;

    long blobs() {
      return blobs != null ? blobs : Forecast.blobsOf(ByteSize.parse("--bytes", bytes));
    }
  }

  /**
   * What --json gives.
   *
   * @param blobsPerSlot of ours
   * @param targetBlobs of a block, and the most; null where the node does not say
   * @param usedBlobs of a block on average over the history
   * @param outlastsBlobs whether the first blobs may be gone before the last are sent
   */
  record Result(
      boolean ok,
      long blobs,
      long wireBytes,
      long transactions,
      long gas,
      long blobGas,
      long firstBlock,
      int historyBlocks,
      Price low,
      Price median,
      Price high,
      double blobsPerSlot,
      Integer targetBlobs,
      Integer maxBlobs,
      Double usedBlobs,
      long slots,
      long seconds,
      boolean outlastsBlobs) {}

  /**
   * A price that a share of the blocks did not exceed.
   *
   * @param usd null without a rate
   */
  record Price(double ofBlocks, String wei, String usd) {}

  @Override
  public Integer call() throws Exception {
    if (!(share > 0) || historyBlocks < 1 || (blobsPerSlot != null && !(blobsPerSlot > 0))) {
      throw new InvalidInputException(
          "--share, --history-blocks and --blobs-per-slot: expected numbers above 0");
    }
    if (ethUsd != null && ethUsd.signum() <= 0) {
      throw new InvalidInputException("--eth-usd: expected a number above 0, found " + ethUsd);
    }
    Forecast forecast =
        Forecast.of(
            rpc.url().toString(),
            size.blobs(),
            share,
            Optional.ofNullable(blobsPerSlot),
            historyBlocks);
    Result result =
        new Result(
            true,
            forecast.blobs(),
            forecast.blobGas(),
            forecast.transactions(),
            forecast.gas(),
            forecast.blobGas(),
            forecast.firstBlock(),
            forecast.prices().size(),
            price(forecast, LOW),
            price(forecast, MEDIAN),
            price(forecast, HIGH),
            forecast.blobsPerSlot(),
            forecast.schedule().map(schedule -> schedule.target()).orElse(null),
            forecast.schedule().map(schedule -> schedule.max()).orElse(null),
            forecast.usedBlobs().orElse(null),
            forecast.slots(),
            forecast.time().toSeconds(),
            forecast.outlastsBlobs());
    give(result, text(result));
    return 0;
  }

  private Price price(Forecast forecast, double ofBlocks) {
    BigInteger wei = forecast.price(ofBlocks);
    return new Price(
        ofBlocks,
        wei.toString(),
        ethUsd == null
            ? null
            : ethUsd
                .multiply(new BigDecimal(wei).movePointLeft(18))
                .setScale(2, RoundingMode.HALF_UP)
                .toPlainString());
  }

  private static String text(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%,d blobs in %,d transactions: %,d gas and %,d blob gas%n"
            .formatted(result.blobs(), result.transactions(), result.gas(), result.blobGas()));
    text.append(
        "at the prices of %,d blocks from %,d on:%n"
            .formatted(result.historyBlocks(), result.firstBlock()));
    line(text, "in the cheapest tenth, at most", result.low());
    line(text, "in half of them, at most", result.median());
    line(text, "in nine of ten, at most", result.high());
    text.append(
        "at %.2f blobs per slot: %,d slots, %s"
            .formatted(
                result.blobsPerSlot(),
                result.slots(),
                duration(Duration.ofSeconds(result.seconds()))));
    if (result.targetBlobs() != null) {
      text.append(
          "; blocks have %d at most, aim at %d, and had %.1f of late"
              .formatted(result.maxBlobs(), result.targetBlobs(), result.usedBlobs()));
    }
    text.append('\n');
    if (result.outlastsBlobs()) {
      text.append(
          "NOTE: beacon nodes drop blobs after about 18 days, so the first would be gone before the"
              + " last is sent\n");
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String what, Price price) {
    text.append(
        "  %-31s %s ETH%s%n"
            .formatted(
                what,
                new BigDecimal(price.wei())
                    .movePointLeft(18)
                    .setScale(ETHER_DIGITS, RoundingMode.UP)
                    .toPlainString(),
                price.usd() == null ? "" : ", %s USD".formatted(price.usd())));
  }

  private static String duration(Duration time) {
    return time.toDays() > 0
        ? "%d days %d h".formatted(time.toDays(), time.toHoursPart())
        : time.toHours() > 0
            ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
            : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
