package io.luntra.jobs.environment;

import io.luntra.failure.LuntraException;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Tells Flink which failures another attempt would only repeat. */
public final class Failures {
  private Failures() {}

  /** Work that may find fault with its input. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  /** Runs work; what it finds wrong with its input fails the job without another attempt. */
  public static void withoutRestart(Work work) throws Exception {
    try {
      work.run();
    } catch (LuntraException e) {
      throw new SuppressRestartsException(e);
    }
  }
}
