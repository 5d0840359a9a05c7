package io.luntra.jobs.plan;

import io.luntra.blob.Bytes32;
import io.luntra.calibration.Calibrated;
import io.luntra.calibration.CalibrationRequest;
import io.luntra.calibration.Calibrator;
import io.luntra.calibration.Sparsity;
import io.luntra.calibration.Target;
import io.luntra.codec.Profile;
import io.luntra.codec.TensorSettings;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.parent.ParentRelease;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.quality.ArrayFile;
import io.luntra.quality.CalibrationText;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.SampleFile;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import io.luntra.release.ParentMatch;
import io.luntra.release.Section;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs sentence encoders to choose their levels where a profile or a goal asks for it; what can't
 * be run is compressed as its weights alone decide, with a notice.
 */
public final class CalibratingPlanner implements Planner {
  /** Changes whenever the same input would be calibrated to other levels. */
  private static final String VERSION = "calibration 3";

  private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

  private final EmbeddingOptions options;
  private final Calibrator.Listener listener;
  private final DataFreePlanner dataFree = new DataFreePlanner();

  /**
   * @param options threads of a run; pooling follows from the request
   */
  public CalibratingPlanner(EmbeddingOptions options, Calibrator.Listener listener) {
    this.options = options;
    this.listener = listener;
  }

  @Override
  public Optional<String> fingerprint() {
    return Optional.of(VERSION);
  }

  @Override
  public ReleasePlan plan(PlanInput input, ChunkStore chunks)
      throws IOException, InterruptedException {
    ReleasePlan plan = dataFree.plan(input, chunks);
    if (!asksForRuns(input)) {
      return plan;
    }
    List<TensorPlan> tensors = new ArrayList<>(plan.tensors());
    List<String> notices = new ArrayList<>(plan.notices());
    for (int i = 0; i < input.model().artifacts().size(); i++) {
      calibrate(input, i, chunks, tensors, notices);
    }
    return new ReleasePlan(tensors, notices);
  }

  private static boolean asksForRuns(PlanInput input) {
    boolean goal = input.keepQuality().isPresent() || input.run().maxBytes() > 0;
    return switch (input.profile().kind()) {
      case LOSSLESS, INT8 -> false;
      case INT4 -> input.run().calibrates() && canFeedBack(input.profile());
      case ENTROPY -> input.run().calibrates() || goal;
    };
  }

  private static boolean canFeedBack(Profile profile) {
    return profile.symmetric() && profile.granularity() == Profile.Granularity.GROUP;
  }

  private void calibrate(
      PlanInput input, int index, ChunkStore chunks, List<TensorPlan> tensors, List<String> notices)
      throws IOException, InterruptedException {
    ModelInput.Artifact artifact = input.model().artifacts().get(index);
    if (!artifact.layout().path().endsWith(".onnx")) {
      return;
    }
    Optional<String> tokenizer = input.run().tokenizerFor(artifact.file());
    String reason = null;
    if (input.run().calibrates() && input.run().pruning().global()) {
      reason = "pruning over all tensors together is by magnitude";
    } else if (artifact.file().getFileSystem().isDistributedFS()) {
      reason = "it is not a local file";
    } else if (artifact.layout().length() > MOST_BYTES) {
      reason = "it has 2 GB or more";
    } else if (tokenizer.isEmpty()) {
      reason = "no tokenizer was given or found beside it";
    }
    if (reason == null) {
      try {
        Calibrated calibrated =
            Calibrator.run(request(input, index, tensors, tokenizer.get()), listener);
        take(input, index, calibrated, chunks, tensors);
        notices.add(
            ("%s: %s on %d models run; mean cosine %.5f on held-out text, %.5f on text of another"
                    + " kind")
                .formatted(
                    artifact.layout().path(),
                    input.run().calibrates() ? "calibrated" : "steps searched for",
                    calibrated.runs(),
                    calibrated.heldOut().cosineMean(),
                    calibrated.otherDomain().cosineMean()));
        return;
      } catch (InvalidInputException e) {
        reason = e.getMessage();
      }
    }
    notices.add(
        "%s is not calibrated, its weights alone decide: %s"
            .formatted(artifact.layout().path(), reason));
  }

  private CalibrationRequest request(
      PlanInput input, int index, List<TensorPlan> tensors, String tokenizer)
      throws IOException, InterruptedException {
    ModelInput.Artifact artifact = input.model().artifacts().get(index);
    List<ChunkSlice> slices = new ArrayList<>();
    for (Section section : artifact.layout().sections()) {
      if (section.tensor() != null) {
        slices.addAll(ShardPlanner.slices(index, section));
      }
    }
    Optional<Integer> before = parentArtifact(input, index);
    Path parent = null;
    ArtifactLayout parentLayout = null;
    if (before.isPresent()) {
      ParentRelease release = input.parent().orElseThrow();
      parent = local(release.files().rebuild().get(before.get()));
      parentLayout = release.manifest().layouts().get(before.get());
    }
    Target target = target(input, artifact.layout());
    return new CalibrationRequest(
        local(artifact.file().toString()),
        artifact.layout(),
        slices,
        local(tokenizer),
        options.withPooling(input.run().pooling()),
        input.profile(),
        target,
        input.run().calibrates(),
        settings(index, tensors),
        sparsity(input.run().pruning()),
        parent,
        parentLayout,
        texts(input.run().samples()),
        List.of(damping(input, target, parent)));
  }

  private static double damping(PlanInput input, Target target, Path parent) {
    if (input.run().forUpdates()) {
      return CalibrationRequest.FOR_UPDATES_DAMPING;
    }
    return parent != null && target.kind() == Target.Kind.QUALITY
        ? CalibrationRequest.DELTA_DAMPING
        : CalibrationRequest.DEFAULT_DAMPING;
  }

  private static Map<String, TensorSettings> settings(int artifact, List<TensorPlan> tensors) {
    return tensors.stream()
        .filter(tensor -> tensor.artifact() == artifact)
        .collect(Collectors.toMap(TensorPlan::name, TensorPlan::settings));
  }

  private static Sparsity sparsity(PruneRule rule) {
    return rule.of() > 0 ? Sparsity.pattern(rule.keep(), rule.of()) : Sparsity.of(rule.share());
  }

  private static Path local(String path) {
    URI uri = new org.apache.flink.core.fs.Path(path).toUri();
    return Path.of(uri.getPath());
  }

  private static CalibrationRequest.Texts texts(Optional<String> samples) {
    if (samples.isEmpty() || ArrayFile.isOne(samples.get())) {
      return new CalibrationRequest.Texts(
          CalibrationText.calibration(), CalibrationText.heldOut(), CalibrationText.otherDomain());
    }
    SampleFile own = SampleFile.read(local(samples.get()));
    return new CalibrationRequest.Texts(
        own.calibration(), own.heldOut(), CalibrationText.heldOut());
  }

  private static Target target(PlanInput input, ArtifactLayout layout) {
    if (input.keepQuality().isPresent()) {
      double quality = Double.parseDouble(input.keepQuality().get());
      return input.run().samples().filter(name -> !ArrayFile.isOne(name)).isPresent()
          ? Target.quality(quality)
          : Target.qualityEverywhere(quality);
    }
    if (input.run().maxBytes() == 0) {
      return Target.PROFILE;
    }
    long matrices =
        layout.sections().stream()
            .filter(s -> s.tensor() != null && s.tensor().shape().size() >= 2)
            .mapToLong(Section::length)
            .sum();
    long others = layout.length() - matrices;
    if (input.run().maxBytes() <= others) {
      throw new InvalidInputException(
          "At most %d bytes: %d of %s are no matrices and are kept as they are"
              .formatted(input.run().maxBytes(), others, layout.path()));
    }
    return Target.bytes(input.run().maxBytes() - others);
  }

  /** The parent's artifact, if all that it shares with this one is found there. */
  private static Optional<Integer> parentArtifact(PlanInput input, int index) {
    if (input.parent().isEmpty()) {
      return Optional.empty();
    }
    List<ArtifactLayout> layouts = input.parent().get().manifest().layouts();
    ParentMatch match = ParentMatch.of(layouts, input.model().layouts());
    for (Section section : input.model().layouts().get(index).sections()) {
      Optional<ParentMatch.Place> place =
          section.tensor() == null || section.length() == 0
              ? Optional.empty()
              : match.find(index, section.offset(), section.length());
      if (place.isPresent()) {
        return Optional.of(place.get().artifact());
      }
    }
    return Optional.empty();
  }

  private static void take(
      PlanInput input,
      int index,
      Calibrated calibrated,
      ChunkStore chunks,
      List<TensorPlan> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      TensorPlan tensor = tensors.get(i);
      Calibrated.EncodedTensor encoded = calibrated.tensors().get(tensor.name());
      if (tensor.artifact() != index || encoded == null) {
        continue;
      }
      SortedMap<Long, Bytes32> ready = new TreeMap<>();
      Section section = input.tensors().get(i).section();
      List<ChunkSlice> slices = ShardPlanner.slices(index, section);
      for (int c = 0; c < slices.size(); c++) {
        ready.put(slices.get(c).offset(), chunks.put(encoded.chunks().get(c)));
      }
      tensors.set(
          i,
          new TensorPlan(
              tensor.artifact(),
              tensor.name(),
              tensor.offset(),
              tensor.bytes(),
              false,
              tensor.settings(),
              ready));
    }
  }
}
