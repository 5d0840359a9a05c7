package io.luntra.ethereum.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.devnet.Fault;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.publish.Confirmation;
import io.luntra.ethereum.publish.FeePolicy;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.publish.PublishStoppedException;
import io.luntra.ethereum.publish.TestReleases;
import io.luntra.ethereum.signer.SignerSource;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
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
  private List<ReleaseReference> references;

  @BeforeEach
  void start() {
    devnet = Devnet.start(DevnetOptions.defaults());
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
        List.of(devnet.rpcUrl()),
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
  void goesOnWhenTheCommitterIsRestarted() throws Exception {
    // Four refusals end one attempt of the committer.
    devnet.gate().inject(Fault.refuse("eth_sendRawTransaction", -32000, "pool is full").times(4));
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
