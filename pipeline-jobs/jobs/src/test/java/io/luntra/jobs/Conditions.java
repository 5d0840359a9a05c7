package io.luntra.jobs;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what other processes bring about. */
final class Conditions {
  private Conditions() {}

  /** Something that is so, or not yet. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Duration limit, Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!check(what, condition)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("Waited for " + limit + " in vain: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static boolean check(String what, Condition condition) throws InterruptedException {
    try {
      return condition.holds();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("Failed while waiting: " + what, e);
    }
  }
}
