package io.luntra.bench.publish;

import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.publish.Forecast;
import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.publish.PublishProgress;
import io.luntra.ethereum.publish.Publisher;
import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

/**
 * Publishes a release of random blobs on a simulated chain, with the publisher that publishes on
 * real ones: its journal, its staging store, its signatures, its waiting. Only the chain, the clock
 * and the blobs' proofs are made up.
 */
public final class PublishBench {
  /** The chain is as old when publishing begins: prices have come to rest, blocks are final. */
  private static final int SLOTS_BEFORE = 96;

  private static final Instant START = Instant.ofEpochSecond(1_800_000_000);
  private static final String REGISTRY = "0x" + "5".repeat(40);
  private static final BigInteger BALANCE = BigInteger.TEN.pow(21);
  private static final int SLOTS_FOR_FINALITY = 1_000;

  /** The heap is looked at once in so many slots. */
  private static final int HEAP_SLOTS = 20;

  private final PublishSimulation simulation;
  private final Consumer<String> progress;
  private long peakHeapBytes;

  /**
   * @param progress is told how far it is
   */
  public PublishBench(PublishSimulation simulation, Consumer<String> progress) {
    this.simulation = simulation;
    this.progress = progress;
  }

  /** Takes some minutes for 10,000 blobs, and 140 kB for each on disk, which it deletes. */
  public PublishReport run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("luntra-bench-publish");
    try {
      return run(folder);
    } finally {
      delete(folder);
    }
  }

  private PublishReport run(Path folder) throws InterruptedException {
    progress.accept("staging %,d blobs".formatted(simulation.blobs()));
    StagingStore staging = StagingStore.open(folder.resolve("staging").toString());
    StagedRelease release = SyntheticRelease.stage(staging, simulation.blobs(), simulation.seed());
    SimulatedChain chain = newChain();
    SimulatedClock clock = clock(chain);
    clock.pause(SimulatedClock.SLOT.multipliedBy(SLOTS_BEFORE));
    List<Signer> signers = signers(lanes());
    try (Journal journal = JdbcJournal.open(JdbcJournal.embeddedUrl(folder.resolve("journal")))) {
      Publisher.builder()
          .staging(staging)
          .journal(journal)
          .service(new SimulatedNode(chain))
          .registry(REGISTRY)
          .lanes(signers)
          .policy(PublishPolicy.defaults().withShare(simulation.share()))
          .listener(listener())
          .pacer(clock)
          .build()
          .publish(List.of(release));
    }
    ChainCount count = ChainCount.of(chain);
    SimulatedChain without = newChain();
    Instant time = START;
    for (long slot = -SLOTS_BEFORE; slot <= count.lastSlot(); slot++) {
      time = time.plus(SimulatedClock.SLOT);
      without.slot(slot, time);
    }
    return count.report(signers.size(), peakHeapBytes, without);
  }

  private SimulatedChain newChain() {
    return new SimulatedChain(
        new ChainSettings(
            SlotTrace.committed(),
            simulation.missedSlots(),
            simulation.seed(),
            simulation.bpoSlot().orElse(Long.MAX_VALUE),
            REGISTRY,
            BALANCE),
        -SLOTS_BEFORE,
        START);
  }

  private SimulatedClock clock(SimulatedChain chain) {
    // At less than one blob in a slot something is wrong.
    long lastSlot = (long) (simulation.blobs() / simulation.share()) + SLOTS_FOR_FINALITY;
    return new SimulatedClock(
        START,
        -SLOTS_BEFORE,
        lastSlot,
        (number, time) -> {
          chain.slot(number, time);
          if (number % HEAP_SLOTS == 0) {
            peakHeapBytes = Math.max(peakHeapBytes, liveHeapBytes());
          }
        });
  }

  /** What is in use after a collection: what stands beside it is garbage. */
  private static long liveHeapBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private int lanes() {
    BlobMarket market = simulation.bpoSlot().isPresent() ? BlobMarket.BPO3 : BlobMarket.BPO2;
    return simulation.lanes().orElse(Forecast.lanes(simulation.share() * market.target()));
  }

  private static List<Signer> signers(int count) {
    return IntStream.range(0, count)
        .mapToObj(lane -> Hash.sha3String("luntra bench publish, lane " + lane))
        .<Signer>map(key -> new LocalSigner(Credentials.create(key)))
        .toList();
  }

  private PublishListener listener() {
    return new PublishListener() {
      private int reported;

      @Override
      public void included(PublishProgress publishing, JournaledBatch batch) {
        int thousands = publishing.blobsIncluded() / 1_000;
        if (thousands > reported) {
          reported = thousands;
          progress.accept(
              "%,d of %,d blobs are in blocks"
                  .formatted(publishing.blobsIncluded(), publishing.blobs()));
        }
      }

      @Override
      public void waiting(String reason) {
        if (reason.startsWith("Node")) {
          progress.accept(reason);
        }
      }
    };
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
