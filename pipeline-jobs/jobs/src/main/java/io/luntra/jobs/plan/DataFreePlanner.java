package io.luntra.jobs.plan;

import io.luntra.codec.Pruning;
import io.luntra.codec.TensorSettings;
import io.luntra.modelfiles.ModelInput;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Gives each tensor what its profile means for its element type, rank and role. */
public final class DataFreePlanner implements Planner {

  @Override
  public Optional<String> fingerprint() {
    return Optional.empty();
  }

  @Override
  public ReleasePlan plan(PlanInput input, ChunkStore chunks) throws IOException {
    List<TensorPlan> tensors = new ArrayList<>();
    Map<PlanInput.Place, Float> tensorSteps = TensorStatistics.steps(input);
    Map<PlanInput.Place, Pruning> pruning = TensorStatistics.pruning(input);
    for (PlanInput.Place place : input.tensors()) {
      ModelInput.Artifact artifact = input.model().artifacts().get(place.artifact());
      TensorInfo info = place.section().tensor();
      TensorRole role = artifact.roles().getOrDefault(info.name(), TensorRole.OTHER);
      tensors.add(
          new TensorPlan(
              place.artifact(),
              info.name(),
              place.section().offset(),
              place.section().length(),
              false,
              TensorSettings.of(input.profile(), info.dtype(), info.shape().size(), role)
                  .withTensorStep(tensorSteps.getOrDefault(place, 0f))
                  .withPruning(pruning.getOrDefault(place, Pruning.NONE)),
              new TreeMap<>()));
    }
    return new ReleasePlan(tensors, List.of());
  }
}
