package io.luntra.ethereum.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.devnet.Fault;
import io.luntra.devnet.StrictGate;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.publish.FeePolicy;
import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.publish.PublishStoppedException;
import io.luntra.ethereum.publish.TestReleases;
import io.luntra.ethereum.signer.SignerSource;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BlobSinkIT {
  @RegisterExtension static final MiniClusterExtension CLUSTER = new MiniClusterExtension();

  @TempDir Path folder;
  private Devnet devnet;
  private List<String> rpcUrls;
  private List<ReleaseReference> references;

  @BeforeEach
  void start() {
    devnet = Devnet.start(DevnetOptions.defaults());
    rpcUrls = List.of(devnet.rpcUrl());
    references =
        List.of(
            new ReleaseReference(TestReleases.large("test/large@1").key()),
            new ReleaseReference(TestReleases.small("test/small@1").key()));
  }

  @AfterEach
  void stop() {
    devnet.close();
  }

  private BlobSinkConfig config(FeePolicy fees) throws Exception {
    Path keys =
        Files.writeString(
            folder.resolve("keys"), String.join("\n", devnet.publisherKeys().subList(0, 2)));
    return new BlobSinkConfig(
        rpcUrls,
        List.of(devnet.beaconUrl()),
        devnet.registryAddress(),
        TestReleases.stagingRoot(),
        JdbcJournal.embeddedUrl(folder.resolve("journal")),
        SignerSource.keyFile(keys),
        PublishPolicy.defaults()
            .withFees(fees)
            .withPollInterval(Duration.ofMillis(20))
            .withConfirmation(Confirmation.depth(0)));
  }

  private void run(FeePolicy fees) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    environment.setParallelism(2);
    environment
        .fromData(references, TypeInformation.of(ReleaseReference.class))
        .rebalance()
        .sinkTo(new BlobSink(config(fees)));
    environment.execute("publish");
  }

  private long blobTransactions() {
    return devnet.gate().acceptedTransactions().stream().filter(t -> t.type() == 3).count();
  }

  @Test
  void publishesOnceHoweverOftenTheJobRuns() throws Exception {
    run(FeePolicy.defaults());
    assertThat(blobTransactions()).isEqualTo(7);
    run(FeePolicy.defaults());
    assertThat(blobTransactions()).isEqualTo(7);
  }

  @Test
  void asksEveryNodeBeforeItCountsOnATransaction() throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (StrictGate second = StrictGate.before(devnet.anvil().rpcUrl())) {
      second.inject(
          Fault.alterResult(
              "eth_getTransactionReceipt",
              receipt -> {
                seen.add(receipt.path("transactionHash").asText());
                return receipt;
              }));
      rpcUrls = List.of(devnet.rpcUrl(), second.rpcUrl());
      run(FeePolicy.defaults());
    }
    assertThat(seen).hasSize(7);
  }

  @Test
  void tellsAnOperatorWhatItDid() throws Exception {
    Map<String, Metric> metrics = new HashMap<>();
    try (BlobCommitter committer =
        new BlobCommitter(
            config(FeePolicy.defaults()), PublishListener.none(), recordedIn(metrics), 0)) {
      committer.commit(references.stream().map(BlobSinkIT::request).toList());
    }
    assertThat(((Counter) metrics.get("numRecordsSend")).getCount()).isEqualTo(28);
    assertThat(((Counter) metrics.get("numBytesSend")).getCount()).isEqualTo(28 * 131_072);
    assertThat(value(metrics, "blobsConfirmed")).isEqualTo(28L);
    assertThat(value(metrics, "pendingRecords")).isEqualTo(0L);
    assertThat((Double) value(metrics, "spentEther")).isPositive();
    assertThat((Double) value(metrics, "baseFeeGwei")).isPositive();
    assertThat((Long) value(metrics, "nonce")).isEqualTo(7);
    assertThat((Long) value(metrics, "head")).isPositive();
    assertThat((Long) value(metrics, "requests")).isPositive();
    assertThat(value(metrics, "state")).isEqualTo("CLOSED");
  }

  private static Object value(Map<String, Metric> metrics, String name) {
    return ((Gauge<?>) metrics.get(name)).getValue();
  }

  private static MetricGroup recordedIn(Map<String, Metric> metrics) {
    return new UnregisteredMetricsGroup() {
      @Override
      public Counter counter(String name) {
        Counter counter = new SimpleCounter();
        metrics.put(name, counter);
        return counter;
      }

      @Override
      public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        metrics.put(name, gauge);
        return gauge;
      }

      @Override
      public MetricGroup addGroup(String key, String value) {
        return this;
      }
    };
  }

  private static Committer.CommitRequest<ReleaseReference> request(ReleaseReference reference) {
    return new Committer.CommitRequest<>() {
      @Override
      public ReleaseReference getCommittable() {
        return reference;
      }

      @Override
      public int getNumberOfRetries() {
        return 0;
      }

      @Override
      public void signalFailedWithKnownReason(Throwable reason) {
        throw new AssertionError("dropped", reason);
      }

      @Override
      public void signalFailedWithUnknownReason(Throwable reason) {
        throw new AssertionError("failed", reason);
      }

      @Override
      public void retryLater() {
        throw new AssertionError("retried");
      }

      @Override
      public void updateAndRetryLater(ReleaseReference changed) {
        throw new AssertionError("retried");
      }

      @Override
      public void signalAlreadyCommitted() {
        throw new AssertionError("was not committed yet");
      }
    };
  }

  @Test
  void goesOnWhenTheCommitterIsRestarted() throws Exception {
    // The first ends at once; the second when it asks for the registry.
    devnet.gate().inject(Fault.refuse("eth_chainId", -32000, "starting").times(1));
    devnet.gate().inject(Fault.refuse("eth_call", -32601, "no such method").times(1));
    run(FeePolicy.defaults());
    assertThat(blobTransactions()).isEqualTo(7);
  }

  @Test
  void doesNotRestartWhenSomebodyHasToAct() {
    FeePolicy penniless = FeePolicy.defaults().withBudget(BigInteger.ONE);
    assertThatThrownBy(() -> run(penniless))
        .hasRootCauseInstanceOf(PublishStoppedException.class)
        .rootCause()
        .hasMessageContaining("budget");
    assertThat(blobTransactions()).isZero();
  }
}
