package io.luntra.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * A Flink cluster of processes of its own, on 127.0.0.1, whose class path is that of the tests. All
 * of them can be killed: JobManager, TaskManagers, clients.
 */
final class FlinkProcesses implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");

  private final Path folder;
  private final int restPort;
  private final List<Process> processes = new ArrayList<>();
  private final Map<String, Process> taskManagers = new LinkedHashMap<>();
  private Process jobManager;

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
        heartbeat.timeout: 6s
        cluster.registration.error-delay: 500ms
        cluster.registration.refused-registration-delay: 500ms
        io.tmp.dirs: %4$s
        """
            .formatted(HOST, rpcPort, restPort, folder));
    FlinkProcesses cluster = new FlinkProcesses(folder, restPort);
    try {
      cluster.startJobManager();
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Starts a JobManager on the ports of the one before it, which has ended. */
  Process startJobManager() throws IOException {
    jobManager =
        launchFlink(
            "jobmanager",
            StandaloneSessionClusterEntrypoint.class,
            quick("-Xmx384m"),
            List.of("--executionMode", "cluster"));
    return jobManager;
  }

  /** The JobManager that was started last. */
  Process jobManager() {
    return jobManager;
  }

  private static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** Starts a TaskManager of one slot; returns when the JobManager knows it. */
  Process startTaskManager() throws IOException, InterruptedException {
    String id = launchTaskManager();
    awaitTaskManager(id);
    return taskManagers.get(id);
  }

  /** Starts a TaskManager of one slot and returns its id at once. */
  String launchTaskManager() throws IOException {
    String id = "taskmanager-" + (taskManagers.size() + 1);
    taskManagers.put(
        id,
        launchFlink(
            id,
            TaskManagerRunner.class,
            quick("-Xmx512m", "-XX:MaxDirectMemorySize=192m"),
            List.of("-Dtaskmanager.resource-id=" + id)));
    return id;
  }

  /** Returns when the JobManager knows the TaskManager. */
  void awaitTaskManager(String id) throws InterruptedException {
    Conditions.await(
        id,
        START_LIMIT,
        () -> {
          requireAlive(id, taskManagers.get(id));
          return registered().contains(id);
        });
  }

  /** Returns when the JobManager knows all TaskManagers that live, and no other. */
  void awaitTaskManagers() throws InterruptedException {
    Conditions.await(
        "all TaskManagers",
        START_LIMIT,
        () -> {
          requireAlive("jobmanager", jobManager);
          return registered().equals(liveTaskManagers());
        });
  }

  private void requireAlive(String name, Process process) {
    if (!process.isAlive()) {
      throw new IllegalStateException(name + " ended, see its log in " + folder);
    }
  }

  /** Ids of the TaskManagers that live. */
  Set<String> liveTaskManagers() {
    Set<String> ids = new HashSet<>();
    taskManagers.forEach(
        (id, process) -> {
          if (process.isAlive()) {
            ids.add(id);
          }
        });
    return ids;
  }

  Process taskManager(String id) {
    return taskManagers.get(id);
  }

  private Set<String> registered() {
    try {
      return new HashSet<>(rest("/taskmanagers").findValuesAsText("id"));
    } catch (IOException e) {
      return Set.of(); // the JobManager is not up
    }
  }

  /** Starts a main class of the tests as a client of this cluster, in a process of its own. */
  Process startClient(Class<?> main, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(Integer.toString(restPort)));
    all.addAll(List.of(arguments));
    return launch("client", main, quick("-Xmx256m"), all);
  }

  /** What a JVM needs to be there soon, for it does not live long. */
  private static List<String> quick(String... memory) {
    List<String> arguments = new ArrayList<>(List.of(memory));
    arguments.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    return arguments;
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
              enter(restPort);
              try {
                result.complete(program.call());
              } catch (Throwable e) {
                result.completeExceptionally(new CompletionException(e));
              } finally {
                leave();
              }
            },
            "flink-program");
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  /** Makes a cluster the one on which the programs of this process run, attached to their jobs. */
  static void enter(int restPort) {
    Context.enter(restPort);
  }

  private static void leave() {
    Context.leave();
  }

  /** How many failures the jobs of this cluster went through and survived. */
  int failures() throws IOException {
    int failures = 0;
    for (JsonNode job : rest("/jobs").path("jobs")) {
      failures += failures(job.path("id").asText());
    }
    return failures;
  }

  /** How many failures a job went through and survived so far. */
  int failures(String job) throws IOException {
    return rest("/jobs/" + job + "/exceptions").path("exceptionHistory").path("entries").size();
  }

  /** Ids of the jobs that have not ended. */
  Set<String> openJobs() throws IOException {
    Set<String> open = new HashSet<>();
    for (JsonNode job : rest("/jobs").path("jobs")) {
      if (!ENDED.contains(job.path("status").asText())) {
        open.add(job.path("id").asText());
      }
    }
    return open;
  }

  /** Asks all jobs that have not ended to end. */
  void cancelOpenJobs() throws IOException, InterruptedException {
    for (String job : openJobs()) {
      HttpRequest cancel =
          HttpRequest.newBuilder(uri("/jobs/" + job))
              .method("PATCH", HttpRequest.BodyPublishers.noBody())
              .build();
      HttpClient.newHttpClient().send(cancel, HttpResponse.BodyHandlers.discarding());
    }
  }

  /** The TaskManager where tasks of a job run now, of which there is one. */
  String taskManagerOf(String job) throws IOException {
    Set<String> found = new HashSet<>();
    for (JsonNode vertex : rest("/jobs/" + job).path("vertices")) {
      JsonNode subtasks =
          rest("/jobs/" + job + "/vertices/" + vertex.path("id").asText()).path("subtasks");
      for (JsonNode subtask : subtasks) {
        if (subtask.path("status").asText().equals("RUNNING")) {
          found.add(subtask.path("taskmanager-id").asText());
        }
      }
    }
    if (found.size() != 1) {
      throw new IllegalStateException("Job " + job + " runs on " + found);
    }
    return found.iterator().next();
  }

  private JsonNode rest(String path) throws IOException {
    try (InputStream answer = uri(path).toURL().openStream()) {
      return JSON.readTree(answer);
    }
  }

  private URI uri(String path) {
    return URI.create("http://" + HOST + ":" + restPort + path);
  }

  private Process launchFlink(String name, Class<?> main, List<String> jvm, List<String> arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--configDir", folder.toString()));
    all.addAll(arguments);
    return launch(name, main, jvm, all);
  }

  private Process launch(String name, Class<?> main, List<String> jvm, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    // Flink's test jars bring a configuration that silences everything, and take precedence.
    command.add("-Dlog4j2.configurationFile=classpath:log4j2.properties");
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(arguments);
    File log = folder.resolve(name + ".log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
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
