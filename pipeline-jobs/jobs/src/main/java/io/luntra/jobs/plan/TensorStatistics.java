package io.luntra.jobs.plan;

import io.luntra.codec.FloatType;
import io.luntra.codec.Profile;
import io.luntra.codec.Pruning;
import io.luntra.codec.TensorSettings;
import io.luntra.codec.quantize.MagnitudeHistogram;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.ChunkSlice;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * What settings must know of a whole tensor before its first chunk is encoded. Reads the tensors
 * that need it once, a chunk at a time.
 */
final class TensorStatistics {
  private static final int INT8_MOST = 127;
  private static final int INT4_MOST = 7;

  private TensorStatistics() {}

  /** Takes the chunks of a tensor, as FP32. */
  @FunctionalInterface
  private interface Chunks {
    void accept(byte[] floats);
  }

  /** The step of each matrix, where a profile has one step for a tensor. */
  static Map<PlanInput.Place, Float> steps(PlanInput input) throws IOException {
    Map<PlanInput.Place, Float> steps = new HashMap<>();
    if (input.profile().granularity() != Profile.Granularity.TENSOR) {
      return steps;
    }
    boolean wide = input.profile().kind() == Profile.Kind.INT8;
    for (PlanInput.Place place : matrices(input)) {
      float[] range = {0, 0};
      read(input, place, floats -> extend(range, floats));
      double step =
          input.profile().symmetric()
              ? Math.max(-(double) range[0], range[1]) / (wide ? INT8_MOST : INT4_MOST)
              : ((double) range[1] - range[0]) / (wide ? 2 * INT8_MOST + 1 : 2 * INT4_MOST + 1);
      if (step > 0 && step < Float.MAX_VALUE) {
        steps.put(place, (float) step);
      }
    }
    return steps;
  }

  private static void extend(float[] range, byte[] floats) {
    ByteBuffer values = ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN);
    while (values.remaining() >= Float.BYTES) {
      float value = values.getFloat();
      range[0] = Math.min(range[0], value);
      range[1] = Math.max(range[1], value);
    }
  }

  /** What is pruned of each matrix that something is multiplied with. */
  static Map<PlanInput.Place, Pruning> pruning(PlanInput input) throws IOException {
    Map<PlanInput.Place, Pruning> pruning = new HashMap<>();
    PruneRule rule = input.run().pruning();
    if (rule.isNone() || input.profile().kind() == Profile.Kind.LOSSLESS) {
      return pruning;
    }
    MagnitudeHistogram all = new MagnitudeHistogram();
    List<PlanInput.Place> products =
        matrices(input).stream().filter(place -> isProduct(input, place)).toList();
    for (PlanInput.Place place : products) {
      if (rule.of() > 0) {
        boolean down = role(input, place) == TensorRole.INPUT_ROWS;
        pruning.put(place, Pruning.pattern(rule.keep(), rule.of(), down));
        continue;
      }
      MagnitudeHistogram own = rule.global() ? all : new MagnitudeHistogram();
      read(input, place, own::add);
      if (!rule.global()) {
        pruning.put(place, Pruning.below(own.threshold(rule.share())));
      }
    }
    if (rule.global()) {
      products.forEach(place -> pruning.put(place, Pruning.below(all.threshold(rule.share()))));
    }
    return pruning;
  }

  private static boolean isProduct(PlanInput input, PlanInput.Place place) {
    TensorRole role = role(input, place);
    return role == TensorRole.INPUT_ROWS || role == TensorRole.OUTPUT_ROWS;
  }

  private static TensorRole role(PlanInput input, PlanInput.Place place) {
    ModelInput.Artifact artifact = input.model().artifacts().get(place.artifact());
    return artifact.roles().getOrDefault(place.section().tensor().name(), TensorRole.OTHER);
  }

  private static List<PlanInput.Place> matrices(PlanInput input) {
    List<PlanInput.Place> matrices = new ArrayList<>();
    for (PlanInput.Place place : input.tensors()) {
      if (TensorSettings.isMatrix(place.section().tensor())) {
        matrices.add(place);
      }
    }
    return matrices;
  }

  private static void read(PlanInput input, PlanInput.Place place, Chunks chunks)
      throws IOException {
    ModelInput.Artifact artifact = input.model().artifacts().get(place.artifact());
    FloatType type = FloatType.of(place.section().tensor().dtype()).orElseThrow();
    try (FSDataInputStream in = artifact.file().getFileSystem().open(artifact.file())) {
      in.seek(place.section().offset());
      for (ChunkSlice slice : ShardPlanner.slices(place.artifact(), place.section())) {
        chunks.accept(type.widen(in.readNBytes(slice.length())));
      }
    }
  }
}
