package io.luntra.jobs.plan;

import java.util.List;

/**
 * How the tensors of a release are encoded; what is in none of them is kept as it is.
 *
 * @param tensors those that have bytes, in the order of artifacts and offsets
 * @param notices for the user: what could not be done as asked, and what was done instead
 */
public record ReleasePlan(List<TensorPlan> tensors, List<String> notices) {
  public ReleasePlan {
    tensors = List.copyOf(tensors);
    notices = List.copyOf(notices);
    TensorPlan last = null;
    for (TensorPlan tensor : tensors) {
      if (last != null
          && (last.artifact() > tensor.artifact()
              || (last.artifact() == tensor.artifact()
                  && last.offset() + last.bytes() > tensor.offset()))) {
        throw new IllegalArgumentException(
            "Tensor '%s' stands before '%s'".formatted(last.name(), tensor.name()));
      }
      last = tensor;
    }
  }
}
