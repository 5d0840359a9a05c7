package io.luntra.jobs.demo;

import io.luntra.codec.Profile;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.registry.PublicationCost;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.sink.KeySource;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.prepare.PrepareJob;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.jobs.prepare.PreparedRelease;
import io.luntra.jobs.publish.PublishJob;
import io.luntra.jobs.verify.ReleaseVerifier;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.quality.CorpusEmbeddings;
import io.luntra.quality.EmbeddingModel;
import io.luntra.quality.QualityReport;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.FileUtils;

/**
 * The whole road on embedded defaults: a real model is prepared, published to a local chain behind
 * the rules of a real transaction pool, fetched by a process that knows nothing but the chain,
 * verified, and run beside the original.
 */
public final class Demo {
  private static final String MODEL = "all-minilm-l6-v2";

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

  /** Publishes the model once per profile. */
  public DemoReport run(List<Profile> profiles) throws IOException, InterruptedException {
    Path model = modelFile(MODEL + ".onnx");
    Path peer = modelFile(MODEL + "-q.onnx");
    Path tokenizer = modelFile(MODEL + "-tokenizer.json");
    Path work = Files.createTempDirectory("luntra-demo");
    try (Devnet devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1))) {
      listener.begins(
          "Local chain %d, registry %s".formatted(devnet.chainId(), devnet.registryAddress()));
      List<Published> published = new ArrayList<>();
      for (Profile profile : profiles) {
        published.add(publishAndFetch(devnet, work, model, profile));
      }
      listener.begins("Running the original, what was fetched, and ONNX Runtime's own INT8");
      CorpusEmbeddings reference = embeddings(model, tokenizer);
      List<DemoReport.Release> releases = new ArrayList<>();
      for (Published release : published) {
        releases.add(release.report(quality(reference, release.fetched().file(), tokenizer)));
      }
      QualityReport peerQuality = quality(reference, peer, tokenizer);
      return new DemoReport(
          releases.stream().allMatch(Demo::isAsPromised),
          devnet.chainId(),
          releases,
          List.of(
              new DemoReport.Peer(
                  "ONNX Runtime dynamic INT8",
                  Files.size(peer),
                  peerQuality.weakest(),
                  peerQuality)));
    } finally {
      FileUtils.deleteDirectory(work.toFile());
    }
  }

  private Published publishAndFetch(Devnet devnet, Path work, Path model, Profile profile)
      throws IOException, InterruptedException {
    ReleaseName name = new ReleaseName(MODEL, "1.0-" + profile.id());
    listener.begins("%s: preparing".formatted(name));
    PreparedRelease prepared =
        new PrepareJob(
                staging.toString(), parallelism, ReaderOptions.DEFAULTS, this::prepareProgressed)
            .run(List.of(new PrepareRequest(name, List.of(model.toString()), profile)))
            .get(0);
    StagedRelease staged = prepared.staged();

    listener.begins(
        "%s: publishing %d blobs%s"
            .formatted(
                name, staged.allBlobs(), prepared.reused() ? ", staged by an earlier run" : ""));
    URI rpc = URI.create(devnet.rpcUrl());
    URI beacon = URI.create(devnet.beaconUrl());
    Path keys = work.resolve("keys");
    Files.write(keys, devnet.publisherKeys());
    long started = System.nanoTime();
    new PublishJob(
            new BlobSinkConfig(
                List.of(devnet.rpcUrl()),
                devnet.registryAddress(),
                staging.toString(),
                JdbcJournal.embeddedUrl(work.resolve("journal")),
                KeySource.file(keys),
                PublishPolicy.defaults().withPollInterval(POLL)),
            (done, total) -> listener.progressed("publish", done, total, "blobs"))
        .run(List.of(staged));
    double publishSeconds = secondsSince(started);

    listener.begins("%s: fetching, in a process that knows the chain only".formatted(name));
    Path home = Files.createDirectory(work.resolve("buyer-" + profile.id()));
    started = System.nanoTime();
    FetchProcess.Fetched fetched =
        FetchProcess.run(name, rpc, beacon, devnet.registryAddress(), home);
    double fetchSeconds = secondsSince(started);
    ChainReleases releases = ChainReleases.connect(rpc, beacon, devnet.registryAddress());
    ChainRelease release = releases.read(name, Optional.empty());
    return new Published(
        release,
        releases.cost(release),
        prepared,
        publishSeconds,
        fetchSeconds,
        fetched,
        fetched.verified() && ReleaseVerifier.verify(release, fetched.file()).ok(),
        Files.mismatch(model, fetched.file()) < 0);
  }

  private static boolean isAsPromised(DemoReport.Release release) {
    boolean lossless = release.profile().equals(Profile.LOSSLESS.id());
    return release.verified() && (release.bitExact() || !lossless);
  }

  private void prepareProgressed(long encoded, long input, long staged, long packed) {
    if (encoded < input) {
      listener.progressed("encode", encoded >> 20, input >> 20, "MiB");
    } else {
      listener.progressed("commit and stage", staged, packed, "blobs");
    }
  }

  private static CorpusEmbeddings embeddings(Path model, Path tokenizer) {
    try (EmbeddingModel embedding = EmbeddingModel.open(model, tokenizer)) {
      return CorpusEmbeddings.by(embedding);
    }
  }

  private static QualityReport quality(CorpusEmbeddings reference, Path model, Path tokenizer) {
    return QualityReport.compare(reference, embeddings(model, tokenizer));
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
      FetchProcess.Fetched fetched,
      boolean verified,
      boolean bitExact) {

    DemoReport.Release report(QualityReport quality) {
      StagedRelease staged = prepared.staged();
      return new DemoReport.Release(
          staged.name().name(),
          staged.name().version(),
          staged.profile(),
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
