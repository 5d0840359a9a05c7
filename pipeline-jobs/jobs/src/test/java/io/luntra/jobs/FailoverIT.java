package io.luntra.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.codec.Profile;
import io.luntra.devnet.AcceptedTransaction;
import io.luntra.devnet.Answer;
import io.luntra.devnet.Call;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.devnet.Fault;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.registry.PublishedBatch;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.prepare.PrepareJob;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.jobs.prepare.PreparedRelease;
import io.luntra.jobs.publish.PublishJob;
import io.luntra.kzg.VersionedHash;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Both jobs while their TaskManagers are killed, and releases of very unlike size in one job. */
@Tag("long")
class FailoverIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String SEND = "eth_sendRawTransaction";
  private static final ReleaseName NAME = new ReleaseName("m", "1");

  @TempDir static Path shared;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private static Path model;
  private static StagedRelease undisturbed;

  /** What nothing happened to: three shards, prepared in one slot. */
  @BeforeAll
  static void prepareUndisturbed() throws Exception {
    model =
        new OnnxFile()
            .tensor("embeddings", values(1, 10_000 * 1024), 10_000, 1024)
            .tensor("dense", values(2, 10_000 * 1024), 10_000, 1024)
            .write(shared.resolve("model.onnx"));
    undisturbed =
        prepare(shared.resolve("staging"), 1, request(NAME, model, Profile.INT8)).get(0).staged();
    assertThat(undisturbed.dataBlobs()).isGreaterThan(24);
  }

  @Test
  void releaseIsPreparedThoughATaskManagerIsKilled() throws Exception {
    Path staging = folder.resolve("staging");
    try (FlinkProcesses cluster = FlinkProcesses.start(folder)) {
      Process first = cluster.startTaskManager();
      cluster.startTaskManager();
      Stopwatch watch = new Stopwatch("prepare");
      CompletableFuture<List<PreparedRelease>> job =
          cluster.submit(() -> prepare(staging, 2, request(NAME, model, Profile.INT8)));
      Conditions.await("staged blobs", LIMIT, () -> job.isDone() || stagedBlobs(staging) >= 8);

      assertThat(job).isNotDone();
      watch.print("killed with %d of %d blobs".formatted(stagedBlobs(staging), blobs()));
      FlinkProcesses.kill(first);
      cluster.startTaskManager();
      StagedRelease disturbed = job.get(LIMIT.toSeconds(), TimeUnit.SECONDS).get(0).staged();
      watch.print("done after %d failures".formatted(cluster.failures()));

      assertThat(cluster.failures()).isPositive();
      assertThat(disturbed).isEqualTo(undisturbed);
      StagingStore store = StagingStore.open(staging.toString());
      StagingStore expected = StagingStore.open(shared.resolve("staging").toString());
      for (VersionedHash hash : undisturbed.allHashes()) {
        assertThat(store.blob(hash).cellProofs()).isEqualTo(expected.blob(hash).cellProofs());
      }
    }
  }

  @Test
  void everyBatchStandsOnceThoughTheCommitterIsKilledTwice() throws Exception {
    try (Devnet devnet = Devnet.start(DevnetOptions.defaults());
        FlinkProcesses cluster = FlinkProcesses.start(folder)) {
      SentBytes sent = new SentBytes();
      devnet.gate().inject(sent);
      // The third transaction is journaled, but never arrives.
      Hold unsent = new Hold(2, (call, next) -> Answer.LOST);
      devnet.gate().inject(unsent);
      Process first = cluster.startTaskManager();
      Stopwatch watch = new Stopwatch("publish");
      PublishJob publish = new PublishJob(config(devnet, 16), (done, total) -> {});
      CompletableFuture<?> job =
          cluster.submit(
              () -> {
                publish.run(List.of(undisturbed));
                return null;
              });

      unsent.await(job);
      watch.print("killed with %d accepted".formatted(accepted(devnet).size()));
      assertThat(accepted(devnet)).hasSize(2);
      FlinkProcesses.kill(first);
      // Two further ones pass; then one arrives whose sender never learns of it.
      Hold unheard = new Hold(2, (call, next) -> lost(next.ask(call)));
      devnet.gate().inject(unheard);
      unsent.release();
      Process second = cluster.startTaskManager();
      unheard.await(job);
      watch.print("killed with %d accepted".formatted(accepted(devnet).size()));
      assertThat(accepted(devnet)).hasSize(5);
      FlinkProcesses.kill(second);
      unheard.release();
      cluster.startTaskManager();
      job.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      watch.print("done after %d failures".formatted(cluster.failures()));

      assertThat(cluster.failures()).isGreaterThanOrEqualTo(2);
      ChainRelease release = read(devnet, NAME);
      assertThat(release.published().blobHashes()).isEqualTo(undisturbed.blobs());
      assertThat(release.published().rootManifest().blobHashes())
          .isEqualTo(undisturbed.rootManifest());
      int planned = (undisturbed.blobs().size() + 5) / 6 + 1;
      assertThat(release.published().batches()).hasSize(planned - 1);
      Set<String> nonces = new HashSet<>();
      for (AcceptedTransaction transaction : accepted(devnet)) {
        assertThat(nonces.add(transaction.sender() + " " + transaction.nonce())).isTrue();
      }
      assertThat(nonces).hasSize(planned);
      // One was sent again after the first death: the same bytes, sidecar included.
      assertThat(sent.calls).hasValueGreaterThan(planned);
      assertThat(sent.distinct).hasSize(planned);
    }
  }

  @Test
  void smallReleaseIsSealedLongBeforeOneAHundredTimesLarger() throws Exception {
    ReleaseName largeName = new ReleaseName("large", "1");
    ReleaseName smallName = new ReleaseName("small", "1");
    Path large =
        new OnnxFile()
            .tensor("weight", noise(3, 3_400 * 1024 * 4), 3_400, 1024)
            .write(folder.resolve("large.onnx"));
    Path small =
        new OnnxFile().sparseTensor("weight", 4, 64, 64).write(folder.resolve("small.onnx"));
    List<StagedRelease> staged =
        prepare(
                folder.resolve("staging"),
                2,
                request(largeName, large, Profile.LOSSLESS),
                request(smallName, small, Profile.LOSSLESS))
            .stream()
            .map(PreparedRelease::staged)
            .toList();
    assertThat(staged.get(1).dataBlobs()).isEqualTo(1);
    assertThat(staged.get(0).dataBlobs()).isGreaterThanOrEqualTo(100);

    DevnetOptions options = DevnetOptions.defaults();
    try (Devnet devnet =
        Devnet.start(options.withAnvil(options.anvil().withBlockTime(Duration.ofSeconds(1))))) {
      // The seal queues behind what its account has in flight; the default of 16 is all of it here.
      BlobSinkConfig config = config(devnet, folder.resolve("staging"), 2);
      Stopwatch watch = new Stopwatch("two releases");
      new PublishJob(config, (done, total) -> {}).run(staged);
      watch.print("done");

      ChainRelease first = read(devnet, smallName);
      ChainRelease last = read(devnet, largeName);
      BlockReference smallSeal = first.published().rootManifest().block();
      BlockReference largeSeal = last.published().rootManifest().block();
      BlockReference begin = first.published().batches().get(0).block();
      List<Long> appends =
          last.published().batches().stream()
              .map(PublishedBatch::block)
              .map(BlockReference::number)
              .sorted()
              .toList();
      watch.print(
          "begun in %s, first seal %d s later in %s, the other's batches in %s, its seal %d s later"
              .formatted(
                  begin.number(),
                  smallSeal.timestamp() - begin.timestamp(),
                  smallSeal.number(),
                  appends,
                  largeSeal.timestamp() - begin.timestamp()));
      // On a slow machine that is not half of them: blocks come by the clock.
      assertThat(appends.stream().filter(block -> block > smallSeal.number()))
          .hasSizeGreaterThanOrEqualTo(appends.size() / 4);
    }
  }

  /** Calls of the method pass until the given number; the next one waits, then gets an answer. */
  private static final class Hold implements Fault {
    private final int passing;
    private final Ending ending;
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @FunctionalInterface
    interface Ending {
      Answer answer(Call call, Next next);
    }

    Hold(int passing, Ending ending) {
      this.passing = passing;
      this.ending = ending;
    }

    /** Returns when a call waits; all that it does before it waits is done then. */
    void await(CompletableFuture<?> job) throws InterruptedException {
      Conditions.await("a held call", LIMIT, () -> job.isDone() || reached.getCount() == 0);
      assertThat(job).isNotDone();
    }

    void release() {
      released.countDown();
    }

    @Override
    public boolean concerns(Call call) {
      return call.method().equals(SEND)
          && seen.getAndIncrement() >= passing
          && over.compareAndSet(false, true);
    }

    @Override
    public Answer apply(Call call, Next next) {
      Answer answer = ending.answer(call, next);
      reached.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return answer;
    }
  }

  /** Takes note of the bytes that publishers sent, whether they arrived or not. */
  private static final class SentBytes implements Fault {
    private final AtomicInteger calls = new AtomicInteger();
    private final Set<String> distinct = ConcurrentHashMap.newKeySet();

    @Override
    public boolean concerns(Call call) {
      return call.method().equals(SEND);
    }

    @Override
    public Answer apply(Call call, Next next) {
      calls.incrementAndGet();
      distinct.add(call.param(0).asText());
      return next.ask(call);
    }
  }

  /** Prints how long things took, for the reader of the test's output. */
  private static final class Stopwatch {
    private final String what;
    private final long start = System.nanoTime();

    Stopwatch(String what) {
      this.what = what;
    }

    void print(String event) {
      System.out.printf("%s: %.1f s, %s%n", what, (System.nanoTime() - start) / 1e9, event);
    }
  }

  private static Answer lost(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return Answer.LOST;
  }

  private static int blobs() {
    return undisturbed.allBlobs();
  }

  private static long stagedBlobs(Path staging) throws IOException {
    Path blobs = staging.resolve("blobs");
    if (!Files.exists(blobs)) {
      return 0;
    }
    try (Stream<Path> files = Files.find(blobs, 2, (file, attributes) -> isBlob(file))) {
      return files.count();
    }
  }

  private static boolean isBlob(Path file) {
    return file.getFileName().toString().matches("[0-9a-f]{64}");
  }

  private static List<AcceptedTransaction> accepted(Devnet devnet) {
    return devnet.gate().acceptedTransactions().stream().filter(t -> t.type() == 3).toList();
  }

  private BlobSinkConfig config(Devnet devnet, int maxInFlight) throws IOException {
    return config(devnet, shared.resolve("staging"), maxInFlight);
  }

  private BlobSinkConfig config(Devnet devnet, Path staging, int maxInFlight) throws IOException {
    Path keys =
        Files.writeString(
            folder.resolve("keys"), String.join("\n", devnet.publisherKeys().subList(0, 2)));
    return new BlobSinkConfig(
        List.of(devnet.rpcUrl()),
        List.of(devnet.beaconUrl()),
        devnet.registryAddress(),
        staging.toString(),
        JdbcJournal.embeddedUrl(folder.resolve("journal")),
        SignerSource.keyFile(keys),
        PublishPolicy.defaults()
            .withMaxInFlight(maxInFlight)
            .withPollInterval(Duration.ofMillis(100)));
  }

  private static ChainRelease read(Devnet devnet, ReleaseName name) {
    return ChainReleases.connect(
            URI.create(devnet.rpcUrl()), URI.create(devnet.beaconUrl()), devnet.registryAddress())
        .read(name, Optional.empty());
  }

  private static List<PreparedRelease> prepare(
      Path staging, int parallelism, PrepareRequest... requests) throws Exception {
    return new PrepareJob(
            staging.toString(),
            parallelism,
            ReaderOptions.DEFAULTS,
            (encoded, input, blobs, packed) -> {})
        .run(List.of(requests));
  }

  private static PrepareRequest request(ReleaseName name, Path file, Profile profile) {
    return new PrepareRequest(name, List.of(file.toString()), profile);
  }

  /** FP32 values of which one in four is not zero. */
  private static byte[] values(long seed, int elements) {
    Random random = new Random(seed);
    ByteBuffer values = ByteBuffer.allocate(elements * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      int bits = random.nextInt(32);
      values.putFloat(bits < 8 ? bits : 0);
    }
    return values.array();
  }

  /** Bytes that no codec makes smaller. */
  private static byte[] noise(long seed, int bytes) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    return noise;
  }
}
