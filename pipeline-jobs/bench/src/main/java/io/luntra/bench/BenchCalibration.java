package io.luntra.bench;

import io.luntra.calibration.Calibrated;
import io.luntra.calibration.CalibrationRequest;
import io.luntra.calibration.Calibrator;
import io.luntra.calibration.Sparsity;
import io.luntra.calibration.Target;
import io.luntra.codec.Profile;
import io.luntra.codec.TensorSettings;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.quality.CalibrationText;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calibrates a model as {@code publish} does, with the corpora that come along. */
final class BenchCalibration {
  /** A parent, and the file that its release gave. */
  record Parent(BenchModel model, Path file) {}

  private BenchCalibration() {}

  /**
   * The chunks of a model's tensors, by name.
   *
   * @param calibrated whether with statistics of texts; otherwise only steps are searched
   * @param parent of a delta, or null
   */
  static Map<String, List<byte[]>> chunks(
      BenchModel model,
      Profile profile,
      Target target,
      boolean calibrated,
      double pruned,
      double damping,
      Parent parent)
      throws IOException {
    List<ChunkSlice> slices = new ArrayList<>();
    Map<String, TensorSettings> settings = new HashMap<>();
    for (Section section : model.layout().sections()) {
      if (section.tensor() != null) {
        settings.put(section.tensor().name(), EncodedModel.settings(model, profile, 0, section));
        slices.addAll(ShardPlanner.slices(0, section));
      }
    }
    Calibrated found =
        Calibrator.run(
            new CalibrationRequest(
                model.file(),
                model.layout(),
                slices,
                model.tokenizer(),
                model.options(),
                profile,
                target,
                calibrated,
                settings,
                Sparsity.of(pruned),
                parent == null ? null : parent.file(),
                parent == null ? null : parent.model().layout(),
                new CalibrationRequest.Texts(
                    CalibrationText.calibration(),
                    CalibrationText.heldOut(),
                    CalibrationText.otherDomain()),
                List.of(damping)),
            (step, done, total, unit) -> {});
    Map<String, List<byte[]>> ready = new HashMap<>();
    found.tensors().forEach((name, tensor) -> ready.put(name, tensor.chunks()));
    return ready;
  }
}
