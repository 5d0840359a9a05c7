package io.luntra.calibration;

import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for work that was handed out. */
final class Waiting {
  private Waiting() {}

  /** The results, in order; the first failure is thrown as it is. */
  static <T> List<T> forAll(List<? extends Future<? extends T>> work) {
    List<T> results = new ArrayList<>();
    for (Future<? extends T> one : work) {
      try {
        results.add(one.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LuntraException("Calibration was interrupted", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new LuntraException("Calibration failed: " + e.getCause().getMessage(), e);
      }
    }
    return results;
  }
}
