package io.luntra.jobs.demo;

import io.luntra.codec.Profile;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.registry.PublicationCost;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.fetch.FetchJob;
import io.luntra.jobs.parent.StagedParents;
import io.luntra.jobs.plan.CalibratingPlanner;
import io.luntra.jobs.plan.ModelRun;
import io.luntra.jobs.prepare.PrepareJob;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.jobs.prepare.PreparedRelease;
import io.luntra.jobs.publish.PublishJob;
import io.luntra.jobs.verify.ReleaseVerifier;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.quality.CorpusEmbeddings;
import io.luntra.quality.EmbeddingModel;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.Pooling;
import io.luntra.quality.QualityReport;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.util.FileUtils;

/**
 * The whole road on embedded defaults: a real model is calibrated, prepared, published to a local
 * chain behind the rules of a real transaction pool, fetched by a process that knows nothing but
 * the chain, verified, and run beside the original; then its next version, as a delta.
 */
public final class Demo {
  private static final String MINILM = "all-minilm-l6-v2";
  private static final String BGE = "bge-small-en";
  private static final String BGE_NEXT = "bge-small-en-v1.5";
  private static final String KEPT = "0.995";

  /** The local chain mines as transactions come. */
  private static final Duration POLL = Duration.ofMillis(100);

  private final Path models;
  private final Path staging;
  private final int parallelism;
  private final Listener listener;

  /** Hears what the demo does. */
  public interface Listener {
    /** A new part begins. */
    void begins(String part);

    /** {@code done} of {@code total} units of a step. */
    void progressed(String step, long done, long total, String unit);
  }

  /** A release that the demo makes of a model. */
  private record Step(
      ReleaseName name,
      String model,
      Profile profile,
      Pooling pooling,
      Optional<ReleaseName> parent) {

    PrepareRequest request(Path file) {
      PrepareRequest request = new PrepareRequest(name, List.of(file.toString()), profile);
      ModelRun run = ModelRun.DEFAULT.withPooling(pooling);
      return profile.equals(Profile.ENTROPY)
          ? request.withQuality(KEPT).withRun(parent.isEmpty() ? run.withUpdates() : run)
          : request;
    }
  }

  /**
   * @param models folder with the models that the build unpacked
   * @param staging folder for what is prepared; what an earlier demo left there is used again
   */
  public Demo(Path models, Path staging, int parallelism, Listener listener) {
    this.models = models;
    this.staging = staging;
    this.parallelism = parallelism;
    this.listener = listener;
  }

  private static List<Step> steps(boolean full) {
    ReleaseName first = new ReleaseName(BGE, "1.0");
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(first, BGE, Profile.ENTROPY, Pooling.CLS, Optional.empty()));
    steps.add(
        new Step(
            new ReleaseName(BGE, "1.5"),
            BGE_NEXT,
            Profile.ENTROPY,
            Pooling.CLS,
            Optional.of(first)));
    if (full) {
      for (Profile profile : List.of(Profile.INT8, Profile.LOSSLESS)) {
        steps.add(
            new Step(
                new ReleaseName(MINILM, "1.0-" + profile.id()),
                MINILM,
                profile,
                Pooling.MEAN,
                Optional.empty()));
      }
    }
    return steps;
  }

  /**
   * Publishes a model and its next version as a delta.
   *
   * @param full whether another model is published as well, as INT8 and lossless
   */
  public DemoReport run(boolean full) throws IOException, InterruptedException {
    List<Step> steps = steps(full);
    for (Step step : steps) {
      modelFile(step.model() + ".onnx");
      peerFile(step);
    }
    Path work = Files.createTempDirectory("luntra-demo");
    ExecutorService runs = Executors.newSingleThreadExecutor();
    try (Devnet devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1))) {
      listener.begins(
          "Local chain %d, registry %s".formatted(devnet.chainId(), devnet.registryAddress()));
      List<DemoReport.Release> releases = new ArrayList<>();
      Map<String, DemoReport.Peer> peers = new LinkedHashMap<>();
      Map<ReleaseName, Path> bought = new HashMap<>();
      for (Step step : steps) {
        PreparedRelease prepared = prepare(devnet, step);
        // Publishing waits for blocks: time enough to run the original and ONNX Runtime's INT8.
        Future<CorpusEmbeddings> original =
            runs.submit(() -> embeddings(step, modelFile(step.model() + ".onnx")));
        boolean compared = !step.model().equals(BGE) && !peers.containsKey(step.model());
        Future<CorpusEmbeddings> peer =
            compared ? runs.submit(() -> embeddings(step, peerFile(step))) : null;
        Published published =
            publishAndFetch(
                devnet, work, step, prepared, step.parent().map(parent -> bought.get(parent)));
        bought.put(step.name(), published.file().getParent());
        CorpusEmbeddings reference = finished(original);
        releases.add(
            published.report(
                step, QualityReport.compare(reference, embeddings(step, published.file()))));
        if (compared) {
          QualityReport quality = QualityReport.compare(reference, finished(peer));
          peers.put(
              step.model(),
              new DemoReport.Peer(
                  "ONNX Runtime dynamic INT8",
                  step.model(),
                  Files.size(peerFile(step)),
                  quality.weakest(),
                  quality));
        }
      }
      return new DemoReport(
          releases.stream().allMatch(Demo::isAsPromised),
          devnet.chainId(),
          releases,
          List.copyOf(peers.values()));
    } finally {
      runs.shutdownNow();
      FileUtils.deleteDirectory(work.toFile());
    }
  }

  private PreparedRelease prepare(Devnet devnet, Step step)
      throws IOException, InterruptedException {
    listener.begins(
        "%s: preparing%s"
            .formatted(
                step.name(),
                step.parent().map(parent -> " as a delta against " + parent).orElse("")));
    PrepareRequest request = step.request(modelFile(step.model() + ".onnx"));
    if (step.parent().isPresent()) {
      StagedParents parents =
          new StagedParents(
              staging.toString(),
              releases(devnet),
              new FetchJob(
                  URI.create(devnet.beaconUrl()),
                  parallelism,
                  (done, total) -> listener.progressed("fetch the parent", done, total, "blobs")));
      request = request.withParent(parents.find(step.parent().get(), Optional.empty()));
    }
    PreparedRelease prepared =
        new PrepareJob(
                staging.toString(),
                parallelism,
                ReaderOptions.DEFAULTS,
                new CalibratingPlanner(EmbeddingOptions.defaults(), listener::progressed),
                this::prepareProgressed)
            .run(List.of(request))
            .get(0);
    prepared.notices().forEach(listener::begins);
    return prepared;
  }

  private static ChainReleases releases(Devnet devnet) {
    return ChainReleases.connect(
        URI.create(devnet.rpcUrl()), URI.create(devnet.beaconUrl()), devnet.registryAddress());
  }

  private Published publishAndFetch(
      Devnet devnet, Path work, Step step, PreparedRelease prepared, Optional<Path> parentFolder)
      throws IOException, InterruptedException {
    ReleaseName name = step.name();
    StagedRelease staged = prepared.staged();
    listener.begins(
        "%s: publishing %d blobs%s"
            .formatted(
                name, staged.allBlobs(), prepared.reused() ? ", staged by an earlier run" : ""));
    Path keys = work.resolve("keys");
    Files.write(keys, devnet.publisherKeys());
    long started = System.nanoTime();
    new PublishJob(
            new BlobSinkConfig(
                List.of(devnet.rpcUrl()),
                List.of(devnet.beaconUrl()),
                devnet.registryAddress(),
                staging.toString(),
                JdbcJournal.embeddedUrl(work.resolve("journal")),
                SignerSource.keyFile(keys),
                PublishPolicy.defaults().withPollInterval(POLL)),
            (done, total) -> listener.progressed("publish", done, total, "blobs"))
        .run(List.of(staged));
    double publishSeconds = secondsSince(started);

    listener.begins(
        "%s: fetching, in a process that knows the chain only%s"
            .formatted(name, parentFolder.isPresent() ? " and has the parent" : ""));
    Path home = Files.createDirectory(work.resolve("buyer-" + name.version()));
    started = System.nanoTime();
    FetchProcess.Fetched fetched =
        FetchProcess.run(
            name,
            URI.create(devnet.rpcUrl()),
            URI.create(devnet.beaconUrl()),
            devnet.registryAddress(),
            home,
            parentFolder);
    double fetchSeconds = secondsSince(started);
    ChainReleases releases = releases(devnet);
    ChainRelease release = releases.read(name, Optional.empty());
    return new Published(
        release,
        releases.cost(release),
        prepared,
        publishSeconds,
        fetchSeconds,
        fetched.file(),
        fetched.verified() && ReleaseVerifier.verify(release, fetched.file()).ok(),
        Files.mismatch(modelFile(step.model() + ".onnx"), fetched.file()) < 0);
  }

  private static boolean isAsPromised(DemoReport.Release release) {
    boolean kept =
        !release.profile().equals(Profile.ENTROPY.id())
            || release.quality().cosineMean() >= Double.parseDouble(KEPT);
    boolean lossless = release.profile().equals(Profile.LOSSLESS.id());
    return release.verified() && kept && (release.bitExact() || !lossless);
  }

  private void prepareProgressed(long encoded, long input, long staged, long packed) {
    if (encoded < input) {
      listener.progressed("encode", encoded >> 20, input >> 20, "MiB");
    } else {
      listener.progressed("commit and stage", staged, packed, "blobs");
    }
  }

  private CorpusEmbeddings embeddings(Step step, Path model) {
    try (EmbeddingModel embedding =
        EmbeddingModel.open(
            model,
            modelFile(step.model() + "-tokenizer.json"),
            EmbeddingOptions.defaults().withPooling(step.pooling()))) {
      return CorpusEmbeddings.by(embedding);
    }
  }

  private static CorpusEmbeddings finished(Future<CorpusEmbeddings> run)
      throws InterruptedException {
    try {
      return run.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LuntraException failure
          ? failure
          : new LuntraException("A model could not be run", e.getCause());
    }
  }

  private Path peerFile(Step step) {
    return modelFile(step.model() + "-q.onnx");
  }

  private Path modelFile(String name) {
    Path file = models.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "The demo's model %s is missing: ./luntra and \"mvn package\" put it there"
              .formatted(file));
    }
    return file;
  }

  private static double secondsSince(long started) {
    return (System.nanoTime() - started) / 1e9;
  }

  /** A release that was published and fetched back, before its quality is measured. */
  private record Published(
      ChainRelease chain,
      PublicationCost cost,
      PreparedRelease prepared,
      double publishSeconds,
      double fetchSeconds,
      Path file,
      boolean verified,
      boolean bitExact) {

    DemoReport.Release report(Step step, QualityReport quality) {
      StagedRelease staged = prepared.staged();
      return new DemoReport.Release(
          staged.name().name(),
          staged.name().version(),
          step.model(),
          staged.profile(),
          step.parent().map(ReleaseName::toString).orElse(null),
          chain.published().releaseId().toHex(),
          chain.published().merkleRoot().toHex(),
          staged.inputBytes(),
          staged.encodedBytes(),
          chain.wireBytes(),
          staged.bitsPerWeight(),
          chain.blobs(),
          cost.transactions(),
          cost.gasUsed(),
          cost.blobGasUsed(),
          cost.wei().toString(),
          new DemoReport.Seconds(prepared.duration().toNanos() / 1e9, publishSeconds, fetchSeconds),
          prepared.reused(),
          quality.weakest(),
          quality,
          verified,
          bitExact);
    }
  }
}
