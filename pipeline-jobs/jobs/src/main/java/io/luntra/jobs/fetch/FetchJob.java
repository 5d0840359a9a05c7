package io.luntra.jobs.fetch;

import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlobUnavailableException;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.source.PublishedBlobSource;
import io.luntra.ethereum.source.ShardBlobs;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.environment.JobEnvironment;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ShardEntry;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
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
   * Fetches releases: in one Flink job, or, where some are deltas, one for each generation.
   *
   * @return what was asked for, in order, without the parents
   * @throws VerificationException when a blob or a file is not what was published; then no file of
   *     that release is written
   */
  public List<FetchedRelease> run(List<FetchRequest> requests)
      throws IOException, InterruptedException {
    List<FetchSteps> all = new ArrayList<>();
    long total = 0;
    for (FetchRequest request : requests) {
      FetchSteps steps = new FetchSteps(request);
      total += steps.missingBlobs();
      all.add(steps);
    }
    FetchedRelease[] fetched = new FetchedRelease[requests.size()];
    long before = 0;
    while (!all.stream().allMatch(FetchSteps::isDone)) {
      List<FetchSteps> generation = all.stream().filter(steps -> !steps.isDone()).toList();
      before += fetch(generation, before, total);
      for (int i = 0; i < all.size(); i++) {
        if (!all.get(i).isDone()) {
          fetched[i] = all.get(i).finish();
        }
      }
    }
    return List.of(fetched);
  }

  /** Fetches what is missing of the releases that are next; gives the number of their blobs. */
  private long fetch(List<FetchSteps> generation, long before, long total)
      throws IOException, InterruptedException {
    List<ShardPlan> plans = new ArrayList<>();
    List<ShardBlobs> shards = new ArrayList<>();
    Map<Integer, ParentFiles> parents = new HashMap<>();
    long blobs = 0;
    for (int i = 0; i < generation.size(); i++) {
      ChainRelease release = generation.get(i).release();
      Assembly assembly = generation.get(i).assembly();
      int index = i;
      generation.get(i).parent().ifPresent(parent -> parents.put(index, parent));
      List<BlockReference> blocks = release.blocks();
      for (ShardEntry shard : release.shards()) {
        if (assembly.hasShard(shard)) {
          continue;
        }
        plans.add(assembly.plan(i, shard));
        List<BlobFetcher.Location> locations = new ArrayList<>();
        for (int b = 0; b < shard.commitments().size(); b++) {
          locations.add(
              new BlobFetcher.Location(
                  blocks.get(shard.firstBlob() + b), shard.commitments().get(b)));
        }
        blobs += locations.size();
        if (!locations.isEmpty()) {
          shards.add(new ShardBlobs(i, shard.index(), locations));
        }
      }
    }
    writeWithoutBlobs(plans, parents);
    if (!shards.isEmpty()) {
      execute(generation, shards, new DecodeShard(plans, parents), before, total);
    }
    return blobs;
  }

  private static void writeWithoutBlobs(List<ShardPlan> plans, Map<Integer, ParentFiles> parents)
      throws IOException {
    try (ShardWriter writer = new ShardWriter(parents)) {
      for (ShardPlan plan : plans) {
        if (plan.payloadBytes() == 0) {
          writer.write(plan, List.of());
        }
      }
    }
  }

  private void execute(
      List<FetchSteps> generation,
      List<ShardBlobs> shards,
      DecodeShard decode,
      long before,
      long total)
      throws InterruptedException {
    StreamExecutionEnvironment environment = JobEnvironment.create(parallelism);
    environment
        .fromSource(
            new PublishedBlobSource(beacon.toString(), shards),
            WatermarkStrategy.noWatermarks(),
            "published blobs")
        .setParallelism(parallelism)
        .flatMap(decode)
        .name("decode shards")
        .setParallelism(parallelism)
        .sinkTo(new DiscardingSink<>());
    try {
      JobEnvironment.run(
          environment,
          "luntra fetch",
          counters -> listener.progressed(before + count(counters), total));
    } catch (BlobUnavailableException e) {
      throw named(generation.stream().map(FetchSteps::release).toList(), e);
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
