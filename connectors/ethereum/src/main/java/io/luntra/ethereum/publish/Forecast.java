package io.luntra.ethereum.publish;

import io.luntra.blob.BlobPacking;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.node.BlobSchedule;
import io.luntra.ethereum.node.FeeHistory;
import io.luntra.ethereum.node.FeeMarket;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.Pacer;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a release costs at the prices of recent blocks, and how long it takes. Each price is that of
 * the whole release at the fees of one block; they are sorted. A forecast knows the past only.
 *
 * @param blobs those of the manifest included
 * @param transactions batches of six blobs, and the seal
 * @param firstBlock of the history
 * @param schedule blobs of a block; empty where the node does not say
 * @param usedBlobs mean blobs of the history's blocks; empty where the schedule is
 * @param blobsPerSlot how many of ours go into a slot on average
 */
public record Forecast(
    long blobs,
    long transactions,
    long gas,
    long blobGas,
    long firstBlock,
    List<BigInteger> prices,
    Optional<BlobSchedule> schedule,
    Optional<Double> usedBlobs,
    double blobsPerSlot) {
  private static final int BLOBS_PER_BATCH = 6;
  private static final int IN_FLIGHT_PER_LANE = 16;

  /** A transaction is sent in one slot, included in the next, and known as included after that. */
  private static final int SLOTS_IN_FLIGHT = 2;

  private static final long BLOB_GAS = 131_072;
  private static final Duration SLOT = Duration.ofSeconds(12);
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
  private static final int TIP_PERCENTILE = 50;

  /** A beacon node serves blobs for 4096 epochs of 32 slots. */
  private static final Duration SERVED = SLOT.multipliedBy(4096 * 32L);

  /** Measured by {@code npm run gas} in {@code contracts}, the base of 21,000 included. */
  private static final long BATCH_GAS = 30_292;

  private static final long OPEN_GAS = 106_974;
  private static final long SEAL_GAS = 109_216;

  /** Of a blob in a manifest, about: that of 640,000 blobs takes 51 MB. */
  private static final long MANIFEST_BYTES = 80;

  public Forecast {
    prices = List.copyOf(prices);
  }

  /**
   * How many accounts such a rate needs, since pools take 16 transactions of one.
   *
   * @param blobsPerSlot above 0
   */
  public static int lanes(double blobsPerSlot) {
    return (int)
        Math.max(
            1, Math.ceil(blobsPerSlot * SLOTS_IN_FLIGHT / (IN_FLIGHT_PER_LANE * BLOBS_PER_BATCH)));
  }

  /** Blobs of so many encoded bytes and their manifest, closely. */
  public static long blobsOf(long encodedBytes) {
    if (encodedBytes < 1) {
      throw new InvalidInputException("%d bytes: expected 1 or more".formatted(encodedBytes));
    }
    long data = ceil(encodedBytes, BlobPacking.PAYLOAD_BYTES);
    return data + ceil(data * MANIFEST_BYTES, BlobPacking.PAYLOAD_BYTES) + 1;
  }

  /**
   * Asks a node.
   *
   * @param share of the target of blobs that ours may take, above 0
   * @param perSlot blobs of ours in a slot, where the caller decides that
   * @param historyBlocks how many blocks are looked at, 1 or more
   * @throws InvalidInputException when neither the caller nor the node says how many blobs a slot
   *     takes
   */
  public static Forecast of(
      String rpcUrl, long blobs, double share, Optional<Double> perSlot, int historyBlocks)
      throws InterruptedException {
    Node node = new Node(new EndpointService(Endpoint.of(rpcUrl)), Pacer.system(), RETRY_PAUSE);
    Optional<BlobSchedule> schedule = node.blobSchedule();
    double rate =
        perSlot
            .or(() -> schedule.map(blobSchedule -> share * blobSchedule.target()))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "The node does not say how many blobs a block takes (eth_config): give"
                            + " --blobs-per-slot"));
    return of(blobs, node.feeHistory(historyBlocks, TIP_PERCENTILE), schedule, rate);
  }

  static Forecast of(
      long blobs, FeeHistory history, Optional<BlobSchedule> schedule, double blobsPerSlot) {
    if (blobs < 2 || !(blobsPerSlot > 0)) {
      throw new InvalidInputException(
          "%d blobs, %s per slot: expected 2 or more (one of them the manifest's) at a rate above 0"
              .formatted(blobs, blobsPerSlot));
    }
    // The seal carries the root manifest's blob.
    long batches = ceil(blobs - 1, BLOBS_PER_BATCH);
    long gas = Math.addExact(OPEN_GAS + SEAL_GAS, Math.multiplyExact(batches - 1, BATCH_GAS));
    long blobGas = Math.multiplyExact(blobs, BLOB_GAS);
    List<BigInteger> prices = new ArrayList<>();
    for (FeeMarket market : history.blocks()) {
      BigInteger perGas = market.baseFee().add(market.tip());
      prices.add(
          perGas
              .multiply(BigInteger.valueOf(gas))
              .add(market.blobBaseFee().multiply(BigInteger.valueOf(blobGas))));
    }
    prices.sort(null);
    Optional<Double> used =
        schedule.map(
            blobSchedule ->
                blobSchedule.max()
                    * history.blobGasUsed().stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(0));
    return new Forecast(
        blobs,
        batches + 1,
        gas,
        blobGas,
        history.firstBlock(),
        prices,
        schedule,
        used,
        blobsPerSlot);
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /**
   * A price that this share of the history's blocks did not exceed, in wei.
   *
   * @param share 0 to 1
   */
  public BigInteger price(double share) {
    int index = (int) Math.ceil(share * prices.size()) - 1;
    return prices.get(Math.max(0, Math.min(prices.size() - 1, index)));
  }

  /** Slots from the first blob to the last. */
  public long slots() {
    return (long) Math.ceil(blobs / blobsPerSlot);
  }

  /** Time from the first blob to the last; slots that are missed come on top. */
  public Duration time() {
    return SLOT.multipliedBy(slots());
  }

  /** Whether beacon nodes may drop the first blobs before the last are sent. */
  public boolean outlastsBlobs() {
    return time().compareTo(SERVED) > 0;
  }
}
