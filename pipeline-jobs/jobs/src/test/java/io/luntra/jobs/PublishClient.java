package io.luntra.jobs;

import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.jobs.publish.PublishJob;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one release on a cluster and waits for it, in a process of its own. Its arguments are
 * the cluster's REST port, a file with a {@link BlobSinkConfig}, and the release's key.
 */
final class PublishClient {
  private static final Logger LOG = LoggerFactory.getLogger(PublishClient.class);

  private PublishClient() {}

  /** Writes what the client reads. */
  static void write(Path file, BlobSinkConfig config) throws IOException {
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(config);
    }
  }

  public static void main(String[] args) {
    int status = 1;
    try {
      publish(Integer.parseInt(args[0]), Path.of(args[1]), args[2]);
      status = 0;
    } catch (Exception e) {
      LOG.error("The release was not published", e);
    } finally {
      // Threads of Flink's client may be left, with nothing to do.
      System.exit(status);
    }
  }

  private static void publish(int restPort, Path file, String key) throws Exception {
    BlobSinkConfig config;
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      config = (BlobSinkConfig) in.readObject();
    }
    StagedRelease release = StagingStore.open(config.stagingRoot()).release(key).orElseThrow();
    FlinkProcesses.enter(restPort);
    new PublishJob(config, (done, total) -> {}).run(List.of(release));
  }
}
