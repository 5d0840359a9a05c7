package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a single MODEL is published as; a catalog says the same for each of its releases. */
final class ReleaseOptions {
  private static final String GROUP = "release";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME@VERSION",
      description = "What a MODEL is published as.")
  private String name;

  @Option(
      names = "--creator",
      paramLabel = "ADDRESS",
      description =
          "Account that registered the model, where it is not yours: its owner has to have given the"
              + " publishing account the role of a publisher. Default: the publishing account.")
  private String creator;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description = {
        "How a MODEL is compressed: lossless; entropy; int8 or int4, which may be followed by"
            + " -tensor, -row or -g32 (any group size), and by -asymmetric.",
        "Default: int8, or entropy where a quality or a size is asked for."
      })
  private String profile;

  @Option(
      names = "--parent",
      paramLabel = "NAME@VERSION",
      description =
          "Publish a MODEL as a delta: only what differs from this release, which must be sealed"
              + " already. It is rebuilt in the staging store first.")
  private String parent;

  @Option(
      names = "--merged-from",
      paramLabel = "NAME@VERSION",
      split = ",",
      description =
          "Other sealed releases that a MODEL is made from: its record names them, its bytes do not"
              + " need them.")
  private List<String> mergedFrom;

  @Option(
      names = "--keep-quality",
      paramLabel = "Q",
      description = {
        "Publish nothing whose quality, run beside the original, is below Q on any of the texts:"
            + " mean cosine of embeddings, top-1 agreement of logits, otherwise 1 - relative error.",
        "With entropy, steps are chosen for it. Default with entropy and no size: 0.99."
      })
  private String keepQuality;

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "Publish no more than N encoded bytes; entropy keeps what quality fits.")
  private Long maxBytes;

  @Option(
      names = "--max-blobs",
      paramLabel = "N",
      description = "Publish no more than N blobs, the manifest's included.")
  private Integer maxBlobs;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description =
          "The model's tokenizer.json. Default: NAME-tokenizer.json or tokenizer.json beside it.")
  private String tokenizer;

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      description = "How a sentence's embedding follows from its tokens': mean or cls.")
  private String pooling;

  @Option(
      names = "--samples",
      paramLabel = "FILE",
      description =
          "Text to calibrate and measure on, one sample a line, or a string or an object with"
              + " \"text\" a line of .jsonl; a fifth of it is held out. Or .npz with an array for"
              + " each input of the model, samples along its first dimension, each a batch of one or,"
              + " in ONNX, of the input's own shape: to measure on only."
              + " Default: text of ours, technical and prose.")
  private String samples;

  @Option(
      names = "--data-free",
      description = "Let the weights alone decide levels; the model is run to measure it only.")
  private Boolean dataFree;

  @Option(
      names = "--for-updates",
      description =
          "Calibrate for what deltas will follow: the release takes about 3 %% more bytes, each delta"
              + " about a tenth fewer.")
  private Boolean forUpdates;

  @Option(
      names = "--prune",
      paramLabel = "RULE",
      description =
          "Set weights of matrix products to 0: a share of each (0.3), of all together"
              + " (0.3-global), or all but N of M (2:4).")
  private String prune;

  @Option(
      names = "--run-torchscript",
      description =
          "Run TorchScript models beside the original, too, on text or --samples. That runs their"
              + " code, which may read and write files: for models that you trust only.")
  private Boolean runTorchscript;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "YAML or JSON file with what is to be said of a MODEL; it is published with it. Its keys"
              + " are listed below.")
  private String record;

  /** The release, where a MODEL is given. */
  ReleaseEntry.Item item(Path model) {
    if (name == null) {
      throw new InvalidInputException("Give --name NAME@VERSION for " + model);
    }
    ReleaseName parsed = ReleaseName.parse(name);
    return new ReleaseEntry(
            parsed.name(),
            parsed.version(),
            model.toString(),
            creator,
            profile,
            parent,
            mergedFrom,
            keepQuality,
            maxBytes,
            maxBlobs,
            tokenizer,
            pooling,
            samples,
            dataFree,
            forUpdates,
            prune,
            runTorchscript,
            record)
        .item(Path.of(""));
  }

  /** Makes sure that nothing is said twice. */
  void requireNone(Path catalog) {
    spec.mixins().get(GROUP).options().stream()
        .filter(option -> option.getValue() != null)
        .findFirst()
        .ifPresent(
            option -> {
              throw new InvalidInputException(
                  "%s is for a MODEL; catalog %s says it for each release"
                      .formatted(option.longestName(), catalog));
            });
  }
}
