package io.luntra.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster of processes of its own, on 127.0.0.1, whose class path is that of the tests. Its
 * TaskManagers can be killed.
 */
final class FlinkProcesses implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final int restPort;
  private final List<Process> processes = new ArrayList<>();
  private int taskManagers;

  private FlinkProcesses(Path folder, int restPort) {
    this.folder = folder;
    this.restPort = restPort;
  }

  /** Starts a JobManager; configuration and logs are in a folder that is there already. */
  static FlinkProcesses start(Path folder) throws IOException {
    int restPort;
    int rpcPort;
    try (ServerSocket rest = freePort();
        ServerSocket rpc = freePort()) {
      restPort = rest.getLocalPort();
      rpcPort = rpc.getLocalPort();
    }
    Files.writeString(
        folder.resolve("config.yaml"),
        """
        jobmanager.rpc.address: %1$s
        jobmanager.rpc.port: %2$d
        jobmanager.bind-host: %1$s
        rest.address: %1$s
        rest.port: %3$d
        rest.bind-address: %1$s
        taskmanager.host: %1$s
        taskmanager.bind-host: %1$s
        taskmanager.numberOfTaskSlots: 1
        taskmanager.cpu.cores: 1.0
        taskmanager.memory.framework.heap.size: 128m
        taskmanager.memory.framework.off-heap.size: 64m
        taskmanager.memory.task.heap.size: 384m
        taskmanager.memory.task.off-heap.size: 64m
        taskmanager.memory.managed.size: 128m
        taskmanager.memory.network.min: 64m
        taskmanager.memory.network.max: 64m
        taskmanager.memory.jvm-metaspace.size: 128m
        taskmanager.memory.jvm-overhead.min: 128m
        taskmanager.memory.jvm-overhead.max: 128m
        heartbeat.interval: 500ms
        io.tmp.dirs: %4$s
        """
            .formatted(HOST, rpcPort, restPort, folder));
    FlinkProcesses cluster = new FlinkProcesses(folder, restPort);
    try {
      cluster.launch(
          "jobmanager",
          StandaloneSessionClusterEntrypoint.class,
          List.of("-Xmx384m"),
          List.of("--executionMode", "cluster"));
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** Starts a TaskManager of one slot; returns when the JobManager knows it. */
  Process startTaskManager() throws IOException, InterruptedException {
    int number = ++taskManagers;
    String id = "taskmanager-" + number;
    Process taskManager =
        launch(
            id,
            TaskManagerRunner.class,
            List.of("-Xmx512m", "-XX:MaxDirectMemorySize=192m"),
            List.of("-Dtaskmanager.resource-id=" + id));
    Conditions.await(id, START_LIMIT, () -> isRegistered(id));
    return taskManager;
  }

  private boolean isRegistered(String id) {
    if (!processes.get(processes.size() - 1).isAlive()) {
      throw new IllegalStateException(id + " ended, see its log in " + folder);
    }
    try {
      return rest("/taskmanagers").findValuesAsText("id").contains(id);
    } catch (IOException e) {
      return false; // the JobManager is not up yet
    }
  }

  /** Kills a process at once, as SIGKILL does; returns when it is gone. */
  static void kill(Process process) throws InterruptedException {
    if (!process.destroyForcibly().waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("Process " + process.pid() + " outlived SIGKILL");
    }
  }

  /** Runs a program against this cluster, as {@code flink run} would, in a thread of its own. */
  <T> CompletableFuture<T> submit(Callable<T> program) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              Context.enter(restPort);
              try {
                result.complete(program.call());
              } catch (Throwable e) {
                result.completeExceptionally(new CompletionException(e));
              } finally {
                Context.leave();
              }
            },
            "flink-program");
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  /** How many failures the jobs of this cluster went through and survived. */
  int failures() throws IOException {
    int failures = 0;
    for (JsonNode job : rest("/jobs").path("jobs")) {
      failures +=
          rest("/jobs/" + job.path("id").asText() + "/exceptions")
              .path("exceptionHistory")
              .path("entries")
              .size();
    }
    return failures;
  }

  private JsonNode rest(String path) throws IOException {
    URI uri = URI.create("http://" + HOST + ":" + restPort + path);
    try (InputStream answer = uri.toURL().openStream()) {
      return JSON.readTree(answer);
    }
  }

  private Process launch(String name, Class<?> main, List<String> jvm, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    // Flink's test jars bring a configuration that silences everything, and take precedence.
    command.add("-Dlog4j2.configurationFile=classpath:log4j2.properties");
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of("--configDir", folder.toString()));
    command.addAll(arguments);
    File log = folder.resolve(name + ".log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
    builder.environment().put("LUNTRA_LOG", "INFO");
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return String.join(
        File.pathSeparator,
        Arrays.stream(path.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    for (Process process : processes) {
      process.onExit().orTimeout(START_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  /** What {@code getExecutionEnvironment} gives while a program runs. */
  @SuppressWarnings("try")
  private static final class Context extends StreamExecutionEnvironment {
    static void enter(int restPort) {
      initializeContextEnvironment(
          settings -> {
            Configuration configuration = new Configuration(settings);
            configuration.set(DeploymentOptions.TARGET, "remote");
            configuration.set(DeploymentOptions.ATTACHED, true);
            configuration.set(JobManagerOptions.ADDRESS, HOST);
            configuration.set(RestOptions.ADDRESS, HOST);
            configuration.set(RestOptions.PORT, restPort);
            return new StreamExecutionEnvironment(configuration);
          });
    }

    static void leave() {
      resetContextEnvironment();
    }
  }
}
