package io.luntra.jobs;

import static io.luntra.jobs.Kill.Victim.CLIENT;
import static io.luntra.jobs.Kill.Victim.JOB_MANAGER;
import static io.luntra.jobs.Kill.Victim.TASK_MANAGER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Bytes32;
import io.luntra.codec.Profile;
import io.luntra.devnet.AnvilOptions;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.jobs.Kill.Instant;
import io.luntra.jobs.prepare.PrepareJob;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.jobs.publish.PublishJob;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Publishing from a client on a cluster, each a process of its own, of which one is killed at a
 * named instant. After the same command is run again, the chain has everything once, for the cost
 * of one publication.
 */
@Tag("long")
class KillIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int MAX_STARTS = 5;
  private static final int SEAL = 3;
  private static final PublishPolicy POLICY =
      PublishPolicy.defaults()
          .withPollInterval(Duration.ofMillis(100))
          .withConfirmation(Confirmation.depth(1))
          .withLease(Duration.ofSeconds(10))
          .withReplaceAfter(Duration.ofSeconds(1));

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path shared;

  private static final List<String> TABLE = new ArrayList<>();
  private static StagedRelease release;
  private static FlinkProcesses cluster;
  private static ChainCount undisturbed;
  private static ChainCount undisturbedOneLane;

  @TempDir Path folder;

  private final long started = System.nanoTime();
  private Kill kill;
  private Devnet devnet;
  private FeeJump market;
  private Process client;
  private int starts;
  private int atKill;
  private ChainCount count = new ChainCount(0, 0, 0, 0, BigInteger.ZERO);
  private String outcome = "FAILED";

  static Stream<Kill> kills() {
    return Stream.of(
        new Kill(JOB_MANAGER, Instant.PRICED, 0),
        new Kill(JOB_MANAGER, Instant.JOURNALED, 1),
        new Kill(JOB_MANAGER, Instant.SENT, 0),
        new Kill(JOB_MANAGER, Instant.INCLUDED, 2),
        new Kill(JOB_MANAGER, Instant.REPLACEMENT_ANSWERED, 0),
        new Kill(JOB_MANAGER, Instant.ANSWERED, SEAL),
        new Kill(CLIENT, Instant.FUNDED, 1),
        new Kill(CLIENT, Instant.JOURNALED, 0),
        new Kill(CLIENT, Instant.SENT, 2),
        new Kill(CLIENT, Instant.INCLUDED, 1),
        new Kill(CLIENT, Instant.REPLACEMENT_JOURNALED, 0),
        new Kill(CLIENT, Instant.SEAL_CHECKED, SEAL),
        new Kill(TASK_MANAGER, Instant.RECOVERING, 0),
        new Kill(TASK_MANAGER, Instant.JOURNALED, 2),
        new Kill(TASK_MANAGER, Instant.SENT, 1),
        new Kill(TASK_MANAGER, Instant.ANSWERED, 0),
        new Kill(TASK_MANAGER, Instant.RECEIPT_READ, 2),
        new Kill(TASK_MANAGER, Instant.INCLUDED, 1),
        new Kill(TASK_MANAGER, Instant.REPLACEMENT_FUNDED, 0),
        new Kill(TASK_MANAGER, Instant.REPLACEMENT_JOURNALED, 0),
        new Kill(TASK_MANAGER, Instant.SEAL_CHECKED, SEAL),
        new Kill(TASK_MANAGER, Instant.SENT, SEAL),
        new Kill(TASK_MANAGER, Instant.INCLUDED, SEAL));
  }

  /** A release of three batches and a seal, what it costs when nothing happens, and a cluster. */
  @BeforeAll
  static void prepare() throws Exception {
    byte[] noise = new byte[425 * 1024 * 4];
    new Random(1).nextBytes(noise);
    Path model =
        new OnnxFile().tensor("weight", noise, 425, 1024).write(shared.resolve("model.onnx"));
    cluster = FlinkProcesses.start(shared);
    cluster.launchTaskManager();
    cluster.launchTaskManager();
    release =
        new PrepareJob(staging(), 2, ReaderOptions.DEFAULTS, (encoded, input, blobs, packed) -> {})
            .run(
                List.of(
                    new PrepareRequest(
                        new ReleaseName("m", "1"), List.of(model.toString()), Profile.LOSSLESS)))
            .get(0)
            .staged();
    assertThat(release.blobs()).hasSizeBetween(13, 18);
    undisturbed = publishUndisturbed(2);
    undisturbedOneLane = publishUndisturbed(1);
  }

  private static ChainCount publishUndisturbed(int lanes) throws Exception {
    try (Devnet devnet = Devnet.start(DevnetOptions.defaults())) {
      Path folder = Files.createDirectory(shared.resolve("undisturbed-" + lanes));
      BlobSinkConfig config = config(devnet, folder, lanes);
      new PublishJob(config, (done, total) -> {}).run(List.of(release));
      ChainCount count = ChainCount.of(devnet);
      count.assertPublishedOnce(devnet, release, config.keys().addresses());
      assertThat(count.transactions()).isEqualTo(SEAL + 1);
      return count;
    }
  }

  @AfterAll
  static void stop() {
    try {
      System.out.println(
          "killed       batch  instant                             at kill  in the end  blobs  starts"
              + "      s  outcome");
      TABLE.forEach(System.out::println);
    } finally {
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  /** Whatever happened, the next test finds two TaskManagers that are idle, and no client. */
  @AfterEach
  void tidy() throws Exception {
    TABLE.add(
        "%-11s  %-5s  %-34s  %7d  %10d  %5d  %6d  %5.1f  %s"
            .formatted(
                kill.victim(),
                kill.batch() == SEAL ? "seal" : Integer.toString(kill.batch() + 1),
                kill.instant(),
                atKill,
                count.transactions(),
                count.blobs(),
                starts,
                (System.nanoTime() - started) / 1e9,
                outcome));
    try {
      if (client != null) {
        FlinkProcesses.kill(client);
      }
      if (market != null) {
        market.close();
      }
      if (devnet != null) {
        devnet.close();
      }
    } finally {
      settleCluster();
    }
  }

  private static void settleCluster() throws Exception {
    if (!cluster.jobManager().isAlive()) {
      cluster.startJobManager();
    }
    while (cluster.liveTaskManagers().size() < 2) {
      cluster.launchTaskManager();
    }
    cluster.awaitTaskManagers();
    cluster.cancelOpenJobs();
    Conditions.await("no job", LIMIT, () -> cluster.openJobs().isEmpty());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kills")
  void chainHasEverythingOnceAfterAKill(Kill planned) throws Exception {
    BlobSinkConfig config = start(planned, planned.instant().isReplacement() ? 1 : 2);
    HeldCall held = hold();
    startClient(config);
    String job = awaitHeld(held);
    switch (planned.victim()) {
      case TASK_MANAGER -> {
        FlinkProcesses.kill(cluster.taskManager(cluster.taskManagerOf(job)));
        cluster.launchTaskManager();
      }
      case CLIENT -> {
        // The job goes on without it, and the second one finds the journal's file in use.
        FlinkProcesses.kill(client);
        startClient(config);
        awaitRefused(job);
        held.release();
      }
      case JOB_MANAGER -> {
        FlinkProcesses.kill(cluster.jobManager());
        cluster.startJobManager();
        Conditions.await("the client's end", LIMIT, () -> !client.isAlive());
        assertThat(client.exitValue()).isNotZero();
        cluster.awaitTaskManagers();
        startClient(config);
      }
    }
    awaitPublished(config);
    Conditions.await("no job", LIMIT, () -> cluster.openJobs().isEmpty());
    held.release();
    assertPublishedOnce(config);
  }

  @Test
  void whatWasJournaledBeforeTheKillIsWhatStands() throws Exception {
    BlobSinkConfig config = start(new Kill(TASK_MANAGER, Instant.JOURNALED, 1), 1);
    HeldCall held = hold();
    startClient(config);
    String job = awaitHeld(held);
    // Nobody goes on before the journal is looked at.
    String committers = cluster.taskManagerOf(job);
    Set<String> spare = cluster.liveTaskManagers();
    spare.remove(committers);
    for (String id : spare) {
      FlinkProcesses.kill(cluster.taskManager(id));
    }
    FlinkProcesses.kill(cluster.taskManager(committers));

    JournaledBatch last = lastJournaled(config);
    DevnetNode node = new DevnetNode(devnet.anvil().rpcUrl());
    String hash = last.transaction().hash().toHex();
    assertThat(last.state()).isEqualTo(BatchState.JOURNALED);
    assertThat(last.nonce()).isEqualTo(1);
    assertThat(atKill).isEqualTo(1);
    assertThat(node.ask("eth_getTransactionByHash", hash).isNull()).isTrue();

    held.release();
    cluster.launchTaskManager();
    cluster.launchTaskManager();
    awaitPublished(config);
    assertPublishedOnce(config);
    // A hash says all of a transaction, its blobs included: these are the bytes of the journal.
    assertThat(node.ask("eth_getTransactionReceipt", hash).path("status").asText())
        .isEqualTo("0x1");
  }

  /** A journal in a server is open to both jobs: leases keep them apart. */
  @ParameterizedTest(name = "client, {0}, two committers at once")
  @EnumSource(
      value = Instant.class,
      names = {"JOURNALED", "SENT"})
  void jobThatLostItsClientAndItsLeaseAddsNothing(Instant instant) throws Exception {
    BlobSinkConfig embedded = start(new Kill(CLIENT, instant, 1), 2);
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      BlobSinkConfig config =
          new BlobSinkConfig(
              embedded.rpcUrls(),
              embedded.beaconUrls(),
              embedded.registry(),
              embedded.stagingRoot(),
              server.getJdbcUrl("postgres", "postgres"),
              embedded.keys(),
              embedded.policy());
      HeldCall held = hold();
      startClient(config);
      String job = awaitHeld(held);
      FlinkProcesses.kill(client);
      startClient(config);
      // The first committer hangs, so its lease runs out.
      awaitPublished(config);
      ChainCount before = ChainCount.of(devnet);
      held.release();
      Conditions.await("no job", LIMIT, () -> cluster.openJobs().isEmpty());
      assertThat(cluster.failures(job)).isPositive();
      assertPublishedOnce(config);
      assertThat(count).isEqualTo(before);
    }
  }

  private BlobSinkConfig start(Kill planned, int lanes) throws IOException {
    kill = planned;
    devnet = Devnet.start(options(planned));
    if (planned.instant().isReplacement()) {
      market = FeeJump.on(devnet);
    }
    return config(devnet, folder, lanes);
  }

  private HeldCall hold() {
    HeldCall held = kill.hold();
    devnet.gate().inject(held);
    return held;
  }

  private void assertPublishedOnce(BlobSinkConfig config) {
    List<String> accounts = config.keys().addresses();
    count = ChainCount.of(devnet);
    count.assertPublishedOnce(devnet, release, accounts);
    ChainCount expected = accounts.size() == 1 ? undisturbedOneLane : undisturbed;
    assertThat(count.transactions()).isEqualTo(expected.transactions());
    assertThat(count.gas()).isEqualTo(expected.gas());
    assertThat(count.blobGas()).isEqualTo(expected.blobGas());
    outcome = "everything once";
  }

  private JournaledBatch lastJournaled(BlobSinkConfig config) {
    DevnetNode node = new DevnetNode(devnet.anvil().rpcUrl());
    JsonNode genesis = node.ask("eth_getBlockByNumber", "0x0", false);
    Network network = new Network(devnet.chainId(), Bytes32.fromHex(genesis.path("hash").asText()));
    try (Journal journal = JdbcJournal.open(config.journalUrl())) {
      List<JournaledBatch> rows =
          journal.release(
              network,
              devnet.registryAddress(),
              ReleaseIds.of(config.keys().addresses().get(0), release.name()));
      return rows.get(rows.size() - 1);
    }
  }

  private static String staging() {
    return shared.resolve("staging").toString();
  }

  private static DevnetOptions options(Kill kill) {
    DevnetOptions options = DevnetOptions.defaults();
    return kill.instant().isReplacement()
        ? options.withAnvil(AnvilOptions.defaults().withMiningOnDemand())
        : options;
  }

  private static BlobSinkConfig config(Devnet devnet, Path folder, int lanes) throws IOException {
    Path keys =
        Files.writeString(
            folder.resolve("keys"), String.join("\n", devnet.publisherKeys().subList(0, lanes)));
    return new BlobSinkConfig(
        List.of(devnet.rpcUrl()),
        List.of(),
        devnet.registryAddress(),
        staging(),
        JdbcJournal.embeddedUrl(folder.resolve("journal")),
        SignerSource.keyFile(keys),
        lanes == 1 ? POLICY.withMaxInFlight(1) : POLICY);
  }

  /** The one command of each test, run for the first time or again. */
  private void startClient(BlobSinkConfig config) throws IOException {
    Path file = folder.resolve("config");
    PublishClient.write(file, config);
    client = cluster.startClient(PublishClient.class, file.toString(), release.key());
    starts++;
  }

  /** Returns the job when its committer is held. */
  private String awaitHeld(HeldCall held) throws Exception {
    Conditions.await("a held call", LIMIT, () -> held.isReached() || !client.isAlive());
    assertThat(held.isReached()).isTrue();
    Set<String> jobs = cluster.openJobs();
    assertThat(jobs).hasSize(1);
    atKill = acceptedBlobTransactions();
    return jobs.iterator().next();
  }

  /** Returns when a second job wants the journal that the first one has. */
  private void awaitRefused(String first) throws Exception {
    Conditions.await(
        "a second committer",
        LIMIT,
        () -> {
          for (String job : cluster.openJobs()) {
            if (!job.equals(first) && cluster.failures(job) > 0) {
              return true;
            }
          }
          return !client.isAlive();
        });
  }

  /** Runs the command again for as long as it fails, as a scheduler would. */
  private void awaitPublished(BlobSinkConfig config) throws Exception {
    while (true) {
      Conditions.await("the client's end", LIMIT, () -> !client.isAlive());
      if (client.exitValue() == 0) {
        return;
      }
      assertThat(starts).isLessThan(MAX_STARTS);
      startClient(config);
    }
  }

  private int acceptedBlobTransactions() {
    return (int)
        devnet.gate().acceptedTransactions().stream().filter(sent -> sent.type() == 3).count();
  }
}
