package io.luntra.calibration;

import io.luntra.codec.Profile;
import io.luntra.codec.TensorSettings;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model to calibrate.
 *
 * @param model its ONNX file, below 2 GB
 * @param layout of that file
 * @param slices chunks of its tensors, as the release will have them
 * @param tokenizer its {@code tokenizer.json}
 * @param profile ENTROPY, INT8 or INT4
 * @param feedback whether statistics of activations are used; without, only steps are searched for
 * @param settings of every tensor, for those that are not calibrated; all where there is no
 *     feedback: what a search scales the steps of
 * @param sparsity of the calibrated products' weights, the least of magnitude × activation (Sun et
 *     al., Wanda, section 3)
 * @param parent the parent's rebuilt file with the same tensors, or null
 * @param parentLayout of that file, or null
 * @param texts what the model is run on
 * @param damping shares of the mean diagonal that are tried; one is not tried but taken
 */
public record CalibrationRequest(
    Path model,
    ArtifactLayout layout,
    List<ChunkSlice> slices,
    Path tokenizer,
    EmbeddingOptions options,
    Profile profile,
    Target target,
    boolean feedback,
    Map<String, TensorSettings> settings,
    Sparsity sparsity,
    Path parent,
    ArtifactLayout parentLayout,
    Texts texts,
    List<Double> damping) {

  /** What was measured to do best on MiniLM out of its domain; bge-small-en differs little. */
  public static final double DEFAULT_DAMPING = 0.1;

  /**
   * For what will be a parent: its errors cost less where the next version's activations differ.
   * bge-small-en at 0.985 takes 2.7 % more, its delta to v1.5 11 % less than after 0.1.
   */
  public static final double FOR_UPDATES_DAMPING = 0.3;

  /** For a difference that is for text of the calibration's own kind; out of it, it loses more. */
  public static final double DELTA_DAMPING = 0.01;

  /**
   * Texts, one sentence each.
   *
   * @param calibration what statistics are taken from
   * @param heldOut more of the same kind
   * @param otherDomain of another kind
   */
  public record Texts(List<String> calibration, List<String> heldOut, List<String> otherDomain) {
    public Texts {
      calibration = List.copyOf(calibration);
      heldOut = List.copyOf(heldOut);
      otherDomain = List.copyOf(otherDomain);
    }
  }

  public CalibrationRequest {
    slices = List.copyOf(slices);
    settings = Map.copyOf(settings);
    damping = List.copyOf(damping);
    if (damping.isEmpty() || damping.stream().anyMatch(d -> !(d > 0))) {
      throw new IllegalArgumentException("Damping " + damping);
    }
  }
}
