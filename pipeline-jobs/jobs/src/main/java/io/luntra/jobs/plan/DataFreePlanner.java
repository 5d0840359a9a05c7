package io.luntra.jobs.plan;

import io.luntra.codec.TensorSettings;
import io.luntra.modelfiles.ModelInput;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Gives each tensor what its profile means for its element type, rank and role. */
public final class DataFreePlanner implements Planner {

  @Override
  public Optional<String> fingerprint() {
    return Optional.empty();
  }

  @Override
  public ReleasePlan plan(PlanInput input, ChunkStore chunks) {
    List<TensorPlan> tensors = new ArrayList<>();
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
              TensorSettings.of(input.profile(), info.dtype(), info.shape().size(), role),
              new TreeMap<>()));
    }
    return new ReleasePlan(tensors, List.of());
  }
}
