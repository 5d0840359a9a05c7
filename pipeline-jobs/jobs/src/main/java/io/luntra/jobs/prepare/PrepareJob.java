package io.luntra.jobs.prepare;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.jobs.environment.JobEnvironment;
import io.luntra.jobs.parent.ParentRelease;
import io.luntra.jobs.plan.DataFreePlanner;
import io.luntra.jobs.plan.InputHashes;
import io.luntra.jobs.plan.PlanInput;
import io.luntra.jobs.plan.PlanMaker;
import io.luntra.jobs.plan.PlanStore;
import io.luntra.jobs.plan.Planner;
import io.luntra.manifest.ManifestLimits;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.source.ModelSource;
import io.luntra.modelfiles.source.ModelSourceRelease;
import io.luntra.modelfiles.source.TensorChunk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Turns model files into staged releases: every byte that will be published, with commitments and
 * cell proofs, and the manifest. Spends nothing.
 *
 * <p>Source, encoding and packing are chained, so that payload is handed on inside a slot; packed
 * blobs are spread evenly over all slots for KZG, which is most of the work; only metadata is
 * keyed.
 */
public final class PrepareJob {
  private final String stagingRoot;
  private final int parallelism;
  private final ReaderOptions readerOptions;
  private final Planner planner;
  private final Listener listener;

  /** Hears how far a job is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called now and then.
     *
     * @param encodedBytes bytes of input that are encoded, of {@code inputBytes}
     * @param stagedBlobs blobs that are staged, of {@code packedBlobs} known so far
     */
    void progressed(long encodedBytes, long inputBytes, long stagedBlobs, long packedBlobs);
  }

  /** A job that stages into a store, and encodes as profiles say. */
  public PrepareJob(
      String stagingRoot, int parallelism, ReaderOptions readerOptions, Listener listener) {
    this(stagingRoot, parallelism, readerOptions, new DataFreePlanner(), listener);
  }

  /**
   * A job that stages into a store.
   *
   * @param stagingRoot folder of the staging store, reachable from every worker
   * @param parallelism slots to use, at least 1; it does not change a byte of the result
   * @param planner decides how tensors are encoded
   */
  public PrepareJob(
      String stagingRoot,
      int parallelism,
      ReaderOptions readerOptions,
      Planner planner,
      Listener listener) {
    if (parallelism < 1) {
      throw new InvalidInputException("Parallelism of " + parallelism + ", expected 1 or more");
    }
    this.stagingRoot = stagingRoot;
    this.parallelism = parallelism;
    this.readerOptions = readerOptions;
    this.planner = planner;
    this.listener = listener;
  }

  /**
   * Prepares releases, in one Flink job for those that are not staged yet.
   *
   * @return one result per request, in order
   * @throws InvalidInputException when a model file can't be read; nothing is staged for it
   */
  public List<PreparedRelease> run(List<PrepareRequest> requests)
      throws IOException, InterruptedException {
    long started = System.nanoTime();
    StagingStore store = StagingStore.open(stagingRoot);
    List<PlannedRelease> all = new ArrayList<>();
    List<ReleaseInput> missing = new ArrayList<>();
    Set<String> reused = new HashSet<>();
    long missingBytes = 0;
    for (PrepareRequest request : requests) {
      PlannedRelease release = plan(request);
      all.add(release);
      if (isStaged(store, release.key())) {
        reused.add(release.key());
      } else {
        missing.add(release.toInput());
        missingBytes += release.input().model().inputBytes();
      }
    }
    if (!missing.isEmpty()) {
      execute(missing, missingBytes);
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - started);
    List<PreparedRelease> prepared = new ArrayList<>();
    for (PlannedRelease release : all) {
      StagedRelease staged =
          store
              .release(release.key())
              .orElseThrow(
                  () ->
                      new LuntraException(
                          "Release " + release.request().name() + " is not staged"));
      prepared.add(
          new PreparedRelease(staged, reused.contains(release.key()), duration, release.notices()));
    }
    return prepared;
  }

  private PlannedRelease plan(PrepareRequest request) throws IOException, InterruptedException {
    List<Path> files = request.files().stream().map(Path::new).toList();
    ModelInput model = ModelFiles.layout(files, readerOptions);
    List<InputHashes> hashes = new ArrayList<>();
    for (ModelInput.Artifact artifact : model.artifacts()) {
      hashes.add(InputHashes.of(artifact));
    }
    PlanInput input =
        new PlanInput(
            request.profile(),
            request.keepQuality(),
            request.run(),
            model,
            hashes,
            request.parent().filter(ParentRelease::takesChildren));
    PlanStore plans = new PlanStore(stagingRoot);
    Bytes32 plan = new PlanMaker(planner, plans).plan(input);
    List<String> notices = new ArrayList<>(plans.plan(plan).notices());
    if (request.parent().isPresent() && input.parent().isEmpty()) {
      notices.add(
          "%s is no delta: %s is rebuilt from %d releases already, the most that are allowed"
              .formatted(
                  request.name(),
                  request.parent().get().manifest().root().name(),
                  ManifestLimits.MAX_PARENTS));
    }
    return new PlannedRelease(request, input, plan, notices);
  }

  private void execute(List<ReleaseInput> releases, long inputBytes) throws InterruptedException {
    StreamExecutionEnvironment environment = JobEnvironment.create(parallelism);
    build(environment, releases);
    JobEnvironment.run(
        environment,
        "luntra prepare",
        counters ->
            listener.progressed(
                count(counters, EncodeAndPack.ENCODED_BYTES),
                inputBytes,
                count(counters, CommitAndStage.STAGED_BLOBS),
                count(counters, EncodeAndPack.PACKED_BLOBS)));
  }

  /**
   * Sets parallelism where the work is: left alone, Flink's batch scheduler derives it from bytes,
   * one task per 16 MiB, and would give KZG too few.
   */
  private void build(StreamExecutionEnvironment environment, List<ReleaseInput> releases) {
    List<ModelSourceRelease> sources = new ArrayList<>();
    for (int i = 0; i < releases.size(); i++) {
      sources.add(new ModelSourceRelease(i, releases.get(i).files()));
    }
    DataStream<TensorChunk> chunks =
        environment
            .fromSource(
                new ModelSource(sources, readerOptions),
                WatermarkStrategy.noWatermarks(),
                "model files")
            .setParallelism(parallelism);
    SingleOutputStreamOperator<PackedBlob> blobs =
        chunks
            .process(new EncodeAndPack(releases, stagingRoot))
            .name("encode and pack")
            .setParallelism(parallelism);
    DataStream<ReleasePart> committed =
        blobs
            .rebalance()
            .map(new CommitAndStage(stagingRoot))
            .name("commit and stage")
            .setParallelism(parallelism);
    blobs
        .getSideOutput(EncodeAndPack.SHARDS)
        .union(committed)
        .keyBy(ReleasePart::release)
        .fullWindowPartition()
        .mapPartition(new FinishRelease(releases, stagingRoot, readerOptions))
        .name("finish release")
        .setParallelism(Math.min(parallelism, releases.size()))
        .sinkTo(new DiscardingSink<>());
  }

  /** Reads every blob, so that one that was damaged is found before anything is sent. */
  private static boolean isStaged(StagingStore store, String key) {
    Optional<StagedRelease> release = store.release(key);
    if (release.isEmpty() || !release.get().allHashes().stream().allMatch(store::contains)) {
      return false;
    }
    release.get().allHashes().forEach(store::blob);
    return true;
  }

  private static long count(Map<String, Object> counters, String name) {
    return counters.get(name) instanceof Long count ? count : 0;
  }
}
