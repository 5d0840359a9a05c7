package io.luntra.jobs.environment;

import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.BatchShuffleMode;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** How Luntra's jobs run on Flink: on the cluster that submitted them, else embedded. */
public final class JobEnvironment {
  private static final Duration POLL = Duration.ofMillis(250);

  private JobEnvironment() {}

  /** Hears how far a running job is. */
  @FunctionalInterface
  public interface ProgressListener {
    /**
     * Called now and then.
     *
     * @param counters the job's accumulators by name, of tasks finished and running
     */
    void progressed(Map<String, Object> counters);
  }

  /**
   * Settings that every job has: BATCH with blocking exchanges, no Kryo, object reuse, an explicit
   * restart strategy.
   */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    configuration.set(ExecutionOptions.BATCH_SHUFFLE_MODE, BatchShuffleMode.ALL_EXCHANGES_BLOCKING);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    // A rate, for publishing may take days. A lost TaskManager counts as two failures or more: its
    // own, and that of each task that then finds its input gone.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "failure-rate");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_MAX_FAILURES_PER_INTERVAL, 6);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_FAILURE_RATE_INTERVAL,
        Duration.ofMinutes(5));
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FAILURE_RATE_DELAY, Duration.ofSeconds(1));
    // Each task asks for as many buffers per output; the default of 512 leaves an embedded cluster,
    // which has 64 MB of them, with too few for more than two slots.
    configuration.set(NettyShuffleEnvironmentOptions.NETWORK_SORT_SHUFFLE_MIN_BUFFERS, 64);
    // How often a TaskManager reports the counters that progress is shown from.
    configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofMillis(500));
    return configuration;
  }

  /**
   * An environment of a parallelism: inside {@code flink run} the cluster's, else an embedded one
   * with as many slots.
   */
  public static StreamExecutionEnvironment create(int parallelism) {
    return create(parallelism, configuration());
  }

  /**
   * The same for a job that waits out hours without a node or a journal: it is restarted with
   * growing delays, a hundred times, which takes about seven hours of failures on end.
   */
  public static StreamExecutionEnvironment createPersistent(int parallelism) {
    Configuration configuration = configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofSeconds(1));
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofMinutes(5));
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, 1.5);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
        Duration.ofMinutes(30));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, 100);
    return create(parallelism, configuration);
  }

  private static StreamExecutionEnvironment create(int parallelism, Configuration configuration) {
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(parallelism);
    return environment;
  }

  /**
   * Runs a job to its end.
   *
   * @throws LuntraException the failure that an operator threw, or one that wraps what Flink says
   */
  public static void run(
      StreamExecutionEnvironment environment, String name, ProgressListener listener)
      throws InterruptedException {
    try {
      JobClient client = environment.executeAsync(name);
      var result = client.getJobExecutionResult();
      while (true) {
        try {
          Map<String, Object> last =
              result.get(POLL.toMillis(), TimeUnit.MILLISECONDS).getAllAccumulatorResults();
          listener.progressed(last);
          return;
        } catch (TimeoutException e) {
          listener.progressed(counters(client));
        }
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw unwrap(name, e);
    }
  }

  private static Map<String, Object> counters(JobClient client) throws InterruptedException {
    try {
      return client.getAccumulators().get(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      return Map.of(); // the job is starting or has ended: its result says how it went
    }
  }

  private static LuntraException unwrap(String name, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LuntraException known) {
        return known;
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new LuntraException("Job \"%s\" failed: %s".formatted(name, root), failure);
  }
}
