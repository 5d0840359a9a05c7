package io.luntra.jobs.plan;

import java.io.IOException;
import java.util.Optional;

/** Decides how the tensors of a release are encoded. */
public interface Planner {
  /**
   * What decides a plan beside its {@link PlanInput}: the planner and its version, and the samples
   * it uses. A plan that was made once for the same of both is used again.
   *
   * @return empty where a plan follows from its input alone, so that it may as well be made anew
   */
  Optional<String> fingerprint();

  /**
   * Makes a plan.
   *
   * @param chunks takes encoded chunks, as {@link io.luntra.codec.ChunkEncoder} gives them, of the
   *     tensors that the plan has them ready for; their places are those of {@link
   *     io.luntra.modelfiles.ShardPlanner#slices}
   */
  ReleasePlan plan(PlanInput input, ChunkStore chunks) throws IOException, InterruptedException;
}
