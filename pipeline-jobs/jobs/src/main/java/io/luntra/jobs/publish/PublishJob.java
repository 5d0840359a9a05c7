package io.luntra.jobs.publish;

import io.luntra.ethereum.publish.AffordableBlobs;
import io.luntra.ethereum.sink.BlobSink;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.sink.ReleaseReference;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.jobs.environment.JobEnvironment;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Publishes staged releases. It is bound by the chain and needs one slot; each release is sealed as
 * its last blob stands. One that cannot go on ends the job; safe to run again after any failure.
 */
public final class PublishJob {
  private final BlobSinkConfig config;
  private final Listener listener;

  /** Hears how many blobs of how many stand on chain. */
  @FunctionalInterface
  public interface Listener {
    void progressed(long done, long total);
  }

  public PublishJob(BlobSinkConfig config, Listener listener) {
    this.config = config;
    this.listener = listener;
  }

  /**
   * The same for releases of models of others.
   *
   * @param creators accounts by keys of staged releases
   */
  public PublishJob withCreators(Map<String, String> creators) {
    return new PublishJob(config.withCreators(creators), listener);
  }

  /**
   * Makes sure that there are keys, a chain and a registry, before anybody waits for the rest.
   *
   * @throws io.luntra.failure.InvalidInputException when one of them is missing
   */
  public void requireReady() {
    PublishedBlobs.of(config, List.of());
  }

  /** How many blobs the budget pays for at the fees of the moment. */
  public long affordableBlobs() throws InterruptedException {
    return AffordableBlobs.within(config.rpcUrls().get(0), config.policy().fees());
  }

  /**
   * Publishes releases, in one Flink job; returns when all of them are sealed.
   *
   * @throws io.luntra.failure.InvalidInputException when the chain, the registry or the keys are
   *     not there; nothing was sent then
   */
  public void run(List<StagedRelease> releases) throws InterruptedException {
    long total = releases.stream().mapToLong(StagedRelease::allBlobs).sum();
    PublishedBlobs published = PublishedBlobs.of(config, releases);
    StreamExecutionEnvironment environment = JobEnvironment.createPersistent(1);
    environment
        .fromData(
            Types.POJO(ReleaseReference.class),
            releases.stream()
                .map(release -> new ReleaseReference(release.key()))
                .toArray(ReleaseReference[]::new))
        .sinkTo(new BlobSink(config))
        .name("publish");
    JobEnvironment.run(
        environment, "luntra publish", counters -> listener.progressed(published.count(), total));
  }
}
