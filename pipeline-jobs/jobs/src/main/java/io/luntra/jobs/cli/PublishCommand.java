package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.model.ModelReader;
import io.luntra.ethereum.model.Role;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.fetch.FetchJob;
import io.luntra.jobs.gate.ReleaseGate;
import io.luntra.jobs.gate.ReleaseQuality;
import io.luntra.jobs.parent.StagedParents;
import io.luntra.jobs.plan.CalibratingPlanner;
import io.luntra.jobs.prepare.PrepareJob;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.jobs.prepare.PreparedRelease;
import io.luntra.jobs.publish.PublishJob;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.release.ReleaseName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Prepares releases, publishes them as blobs and seals them in the registry.",
      "Nothing is sent before all of it is staged. Safe to run again after any crash: what stands on"
          + " chain is not sent twice.",
      "",
      "MODEL is a folder with all that belongs to a model, or a file: .onnx, .safetensors, .pt, .pth,"
          + " .bin, .gguf, or an .index.json of such files; it is given with --name. In a folder, what"
          + " is no model file is published as it is, and names that begin with a dot are left out."
          + " CATALOG is a YAML file:",
      "  releases:",
      "    - name: all-minilm-l6-v2",
      "      version: \"1.0\"",
      "      model: models/minilm.onnx   # relative to the catalog",
      "      profile: entropy               # or lossless, int8, int4, ...",
      "      keepQuality: 0.99              # or maxBytes, maxBlobs",
      "      parent: all-minilm-l6-v2@0.9   # publish only what differs from this release",
      "      creator: 0x...                 # whose model it is, where you have a role for it",
      "      mergedFrom: [other-model@2.1]  # other releases that it is made from",
      "      # and: tokenizer, pooling, samples, dataFree, forUpdates, prune, runTorchscript, record, as the",
      "      # options below",
      ""
    },
    footer = {
      "",
      "A record says what the model is; all of it is optional, and none of it is proven:",
      "  family: bert                        # words of CNCF ModelPack",
      "  architecture: transformer",
      "  quantization: gptq                  # if any, before it was published here",
      "  license: Apache-2.0                 # SPDX expression",
      "  task: sentence-similarity           # and library, inputTypes, outputTypes, languages, tags",
      "  training: {method: fine-tuning, description: text}",
      "  datasets: [{name: pairs, uri: https://..., sha256: 64 hex digits}]",
      "  dependencies:                       # relation: base-model, teacher, merged, tokenizer, ...",
      "    - {relation: base-model, release: NAME@VERSION, creator: 0x...}",
      "    - {relation: tokenizer, name: tokenizer.json, sha256: 64 hex digits}",
      "  benchmarks: [{benchmark: STS-B, metric: spearman, value: 0.82, evidence: SHA-256}]",
      "  description: text                   # and intendedUse, limitations",
      "Parameters and precision are not in it: they are counted in the tensors."
    })
final class PublishCommand extends JsonCommand {
  @Parameters(paramLabel = "MODEL|CATALOG", description = "What to publish.")
  private Path input;

  @Mixin(name = "release")
  private ReleaseOptions options;

  @Option(
      names = "--parent-creator",
      paramLabel = "ADDRESS",
      description =
          "Account that registered the parents' models. Needed where several have one of a name.")
  private String parentCreator;

  @Mixin private ChainOptions chain;

  @Mixin private SignerOptions signers;

  @Mixin private SinkOptions sink;

  @Mixin private ReaderOption reader;

  @Option(
      names = "--dry-run",
      description =
          "Prepare and say what would be published; send nothing. Needs no chain, but to read the"
              + " parents of deltas.")
  private boolean dryRun;

  @Mixin private ParallelismOption parallelism;

  @Override
  public Integer call() throws Exception {
    List<ReleaseEntry.Item> items = items();
    Progress progress = Progress.onStandardError();
    List<PublishResult.Release> releases = new ArrayList<>();
    if (dryRun) {
      for (Prepared release : prepare(items, progress)) {
        releases.add(release(release, null));
      }
      return give(progress, releases);
    }
    BlobSinkConfig config = sink.config(chain, signers.source());
    ChainReleases chainReleases =
        ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    PublishJob job =
        new PublishJob(config, (done, total) -> progress.show("publish", done, total, "blobs"));
    job.requireReady();
    chainReleases.requireReady();
    requireRoles(items, config.keys().addresses().get(0));
    List<Prepared> prepared = prepare(withinBudget(items, job), progress);
    if (prepared.stream().allMatch(Prepared::passed)) {
      job.withCreators(creators(prepared))
          .run(prepared.stream().map(release -> release.result().staged()).toList());
      for (Prepared release : prepared) {
        String creator = release.item().creator().orElse(config.keys().addresses().get(0));
        ChainRelease published =
            chainReleases.read(release.result().staged().name(), Optional.of(creator));
        releases.add(
            release(
                release, PublishResult.Publication.of(published, chainReleases.cost(published))));
      }
    } else {
      prepared.forEach(release -> releases.add(release(release, null)));
    }
    return give(progress, releases);
  }

  /** Asks before anything is prepared; who has no role would pay for a transaction that reverts. */
  private void requireRoles(List<ReleaseEntry.Item> items, String publisher)
      throws InterruptedException {
    for (ReleaseEntry.Item item : items) {
      Optional<String> creator = item.creator().filter(account -> !account.equals(publisher));
      if (creator.isPresent()) {
        ModelReader models = ModelReader.of(CallCommand.node(chain), chain.registry());
        Model model = models.find(item.request().name().name(), creator);
        if (models.role(model, publisher) == Role.NONE) {
          throw new InvalidInputException(
              "%s has no role for model %s of %s; its owner %s can give one: luntra model role"
                  .formatted(publisher, model.name(), model.creator(), model.owner()));
        }
      }
    }
  }

  private static Map<String, String> creators(List<Prepared> prepared) {
    return prepared.stream()
        .filter(release -> release.item().creator().isPresent())
        .collect(
            Collectors.toMap(
                release -> release.result().staged().key(),
                release -> release.item().creator().orElseThrow()));
  }

  /** A release that stands in the staging store, and whether it may be sent. */
  private record Prepared(ReleaseEntry.Item item, PreparedRelease result, ReleaseQuality quality) {

    boolean passed() {
      return quality.passed() && tooLarge().isEmpty();
    }

    Optional<String> tooLarge() {
      StagedRelease staged = result.staged();
      long maxBytes = item.request().run().maxBytes();
      if (maxBytes > 0 && staged.encodedBytes() > maxBytes) {
        return Optional.of(
            "%,d encoded bytes, at most %,d were asked for"
                .formatted(staged.encodedBytes(), maxBytes));
      }
      if (item.maxBlobs() > 0 && staged.allBlobs() > item.maxBlobs()) {
        return Optional.of(
            "%,d blobs, at most %,d were asked for".formatted(staged.allBlobs(), item.maxBlobs()));
      }
      return Optional.empty();
    }
  }

  private int give(Progress progress, List<PublishResult.Release> releases) {
    boolean ok = releases.stream().allMatch(PublishResult.Release::passed);
    progress.clear();
    give(new PublishResult(ok, dryRun, releases), PublishText.of(releases));
    return ok ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<ReleaseEntry.Item> withinBudget(List<ReleaseEntry.Item> items, PublishJob job)
      throws InterruptedException {
    if (!sink.hasBudget() || items.size() > 1) {
      return items;
    }
    long blobs = job.affordableBlobs();
    return items.stream().map(item -> item.orWithin(blobs)).toList();
  }

  private List<Prepared> prepare(List<ReleaseEntry.Item> asked, Progress progress)
      throws Exception {
    List<ReleaseEntry.Item> items = new ArrayList<>();
    List<PrepareRequest> requests = new ArrayList<>();
    for (ReleaseEntry.Item item : asked) {
      items.add(item.orKeeping());
      PrepareRequest request = item.orKeeping().request();
      if (item.parent().isPresent()) {
        request = request.withParent(parents(progress).find(item.parent().get(), parentCreator()));
      }
      requests.add(request.withMergedFrom(mergedFrom(item)));
    }
    PrepareJob.Listener listener =
        (encoded, input, staged, packed) -> {
          if (encoded < input) {
            progress.show("encode", encoded >> 20, input >> 20, "MiB");
          } else {
            progress.show("commit and stage", staged, packed, "blobs");
          }
        };
    EmbeddingOptions run = EmbeddingOptions.defaults();
    List<PreparedRelease> staged =
        new PrepareJob(
                sink.staging(),
                parallelism.slots(),
                reader.options(),
                new CalibratingPlanner(run, progress::show),
                listener)
            .run(requests);
    ReleaseGate gate = new ReleaseGate(sink.staging(), reader.options(), run);
    List<Prepared> prepared = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      progress.show("run beside the original", i, requests.size(), "releases");
      prepared.add(
          new Prepared(
              items.get(i), staged.get(i), gate.check(requests.get(i), staged.get(i).staged())));
    }
    return prepared;
  }

  private StagedParents parents(Progress progress) {
    return new StagedParents(
        sink.staging(),
        ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry()),
        new FetchJob(
            chain.beacon(),
            parallelism.slots(),
            (done, total) -> progress.show("fetch the parent", done, total, "blobs")));
  }

  private List<Bytes32> mergedFrom(ReleaseEntry.Item item) {
    if (item.mergedFrom().isEmpty()) {
      return List.of();
    }
    ChainReleases releases = ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    List<Bytes32> ids = new ArrayList<>();
    for (ReleaseName name : item.mergedFrom()) {
      ids.add(releases.read(name, parentCreator()).published().releaseId());
    }
    return ids;
  }

  private Optional<String> parentCreator() {
    return CreatorOption.address("--parent-creator", parentCreator);
  }

  private List<ReleaseEntry.Item> items() {
    String file = input.getFileName().toString();
    if (file.endsWith(".yaml") || file.endsWith(".yml")) {
      options.requireNone(input);
      return Catalog.read(input);
    }
    return List.of(options.item(input));
  }

  private static PublishResult.Release release(
      Prepared prepared, PublishResult.Publication publication) {
    StagedRelease staged = prepared.result().staged();
    List<String> notices = new ArrayList<>(prepared.result().notices());
    notices.addAll(prepared.quality().notices());
    prepared.tooLarge().ifPresent(notices::add);
    return new PublishResult.Release(
        staged.name().name(),
        staged.name().version(),
        staged.profile(),
        prepared.passed(),
        prepared.result().reused(),
        staged.inputBytes(),
        staged.encodedBytes(),
        staged.wireBytes(),
        staged.bitsPerWeight(),
        staged.allBlobs(),
        (staged.blobs().size() + 5) / 6 + 1,
        staged.delta().map(PublishResult.Delta::of).orElse(null),
        prepared.item().request().record().map(RecordText::json).orElse(null),
        prepared.quality(),
        notices,
        publication);
  }
}
