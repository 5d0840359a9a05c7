package io.luntra.jobs.fetch;

import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlobUnavailableException;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.source.PublishedBlobSource;
import io.luntra.ethereum.source.ShardBlobs;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.environment.JobEnvironment;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ShardEntry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Fetches releases from the chain and rebuilds their files. Blobs are fetched, checked by
 * recommitment and decoded shard by shard on all slots; the files are then put together and hashed
 * in one pass, and get their names when all of them are what the manifest says.
 *
 * <p>Decoded shards stay in a hidden folder until then, so a run after a crash goes on from there.
 */
public final class FetchJob {
  private final URI beacon;
  private final int parallelism;
  private final Listener listener;

  /** Hears how many blobs of how many are fetched. */
  @FunctionalInterface
  public interface Listener {
    void progressed(long done, long total);
  }

  public FetchJob(URI beacon, int parallelism, Listener listener) {
    this.beacon = beacon;
    this.parallelism = parallelism;
    this.listener = listener;
  }

  /**
   * Fetches releases, in one Flink job.
   *
   * @param folders where the files of each release go
   * @throws VerificationException when a blob or a file is not what was published; then no file of
   *     that release is written
   */
  public List<FetchedRelease> run(List<ChainRelease> releases, List<Path> folders)
      throws IOException, InterruptedException {
    List<Assembly> assemblies = new ArrayList<>();
    List<ShardPlan> plans = new ArrayList<>();
    List<ShardBlobs> shards = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < releases.size(); i++) {
      ChainRelease release = releases.get(i);
      Assembly assembly = new Assembly(release, folders.get(i));
      assemblies.add(assembly);
      List<BlockReference> blocks = release.blocks();
      for (ShardEntry shard : release.shards()) {
        if (assembly.hasShard(shard)) {
          continue;
        }
        List<BlobFetcher.Location> locations = new ArrayList<>();
        for (int b = 0; b < shard.commitments().size(); b++) {
          locations.add(
              new BlobFetcher.Location(
                  blocks.get(shard.firstBlob() + b), shard.commitments().get(b)));
        }
        shards.add(new ShardBlobs(i, shard.index(), locations));
        plans.add(assembly.plan(i, shard));
        total += locations.size();
      }
    }
    if (!shards.isEmpty()) {
      execute(releases, shards, plans, total);
    }
    List<FetchedRelease> fetched = new ArrayList<>();
    for (Assembly assembly : assemblies) {
      fetched.add(assembly.finish());
    }
    return fetched;
  }

  private void execute(
      List<ChainRelease> releases, List<ShardBlobs> shards, List<ShardPlan> plans, long total)
      throws InterruptedException {
    StreamExecutionEnvironment environment = JobEnvironment.create(parallelism);
    environment
        .fromSource(
            new PublishedBlobSource(beacon.toString(), shards),
            WatermarkStrategy.noWatermarks(),
            "published blobs")
        .setParallelism(parallelism)
        .flatMap(new DecodeShard(plans))
        .name("decode shards")
        .setParallelism(parallelism)
        .sinkTo(new DiscardingSink<>());
    try {
      JobEnvironment.run(
          environment, "luntra fetch", counters -> listener.progressed(count(counters), total));
    } catch (BlobUnavailableException e) {
      throw named(releases, e);
    }
  }

  private static VerificationException named(
      List<ChainRelease> releases, BlobUnavailableException failure) {
    List<String> descriptions = new ArrayList<>();
    for (VersionedHash hash : failure.missing()) {
      releases.stream()
          .filter(release -> release.published().blobHashes().contains(hash))
          .forEach(
              release -> descriptions.add(release.root().name() + ": " + release.describe(hash)));
    }
    return new VerificationException(
        failure.getMessage() + "\n  " + String.join("\n  ", descriptions), failure);
  }

  private static long count(Map<String, Object> counters) {
    return counters.get(DecodeShard.FETCHED_BLOBS) instanceof Long count ? count : 0;
  }
}
