package io.luntra.modelfiles.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.modelfiles.MiniLm;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.onnx.Proto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSourceIT {
  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(3)
              .build());

  private static final AtomicBoolean FAILED = new AtomicBoolean();

  @TempDir Path folder;

  /** Where a chunk was seen. */
  public record Seen(int subtask, int release, int shard, int index, int chunksInShard) {}

  /** Writes each chunk to its place in a copy of its file: RELEASE-ARTIFACT in a folder. */
  private static final class WriteBack extends RichMapFunction<TensorChunk, Seen> {
    private static final long serialVersionUID = 1L;
    private final String folder;
    private final boolean failsOnce;
    private transient int subtask;

    WriteBack(Path folder, boolean failsOnce) {
      this.folder = folder.toString();
      this.failsOnce = failsOnce;
    }

    @Override
    public void open(OpenContext context) {
      subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    @Override
    public Seen map(TensorChunk chunk) throws IOException {
      if (failsOnce
          && chunk.shard() == 1
          && chunk.index() == 9
          && FAILED.compareAndSet(false, true)) {
        throw new IOException("Failed on purpose, once");
      }
      Path copy = Path.of(folder, chunk.release() + "-" + chunk.slice().artifact());
      try (FileChannel channel =
          FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(chunk.data()), chunk.slice().offset());
      }
      return new Seen(
          subtask, chunk.release(), chunk.shard(), chunk.index(), chunk.chunksInShard());
    }
  }

  @SuppressWarnings("try") // CloseableIterator.close() throws Exception
  private static List<Seen> run(
      List<ModelSourceRelease> releases, int parallelism, WriteBack writeBack) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, writeBack.failsOnce ? 1 : 0);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    environment.setParallelism(parallelism);
    ModelSource source = new ModelSource(releases, ReaderOptions.DEFAULTS);
    List<Seen> seen = new ArrayList<>();
    try (CloseableIterator<Seen> results =
        environment
            .fromSource(source, WatermarkStrategy.noWatermarks(), "models")
            .map(writeBack)
            .executeAndCollect()) {
      results.forEachRemaining(seen::add);
    }
    return seen;
  }

  private List<ModelSourceRelease> releases() throws IOException {
    Path model = folder.resolve("m.onnx");
    Proto graph = new Proto();
    graph.message(5, Proto.external("w", "m.data", "100", 3, 1 << 19));
    Files.write(model, Proto.model(graph).toBytes());
    byte[] data = new byte[(3 << 21) + 200];
    new Random(7).nextBytes(data);
    Files.write(folder.resolve("m.data"), data);
    return List.of(
        new ModelSourceRelease(0, List.of(MiniLm.copyTo(folder).toString())),
        new ModelSourceRelease(4, List.of(model.toUri().toString())));
  }

  private void assertCopied(Path copies) throws IOException {
    assertThat(Files.mismatch(folder.resolve("all-minilm-l6-v2.onnx"), copies.resolve("0-0")))
        .isEqualTo(-1);
    assertThat(Files.mismatch(folder.resolve("m.onnx"), copies.resolve("4-0"))).isEqualTo(-1);
    assertThat(Files.mismatch(folder.resolve("m.data"), copies.resolve("4-1"))).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void everyByteOnceAndShardsInOnePiece(int parallelism) throws Exception {
    List<ModelSourceRelease> releases = releases();
    Path copies = Files.createDirectory(folder.resolve("copies"));

    List<Seen> seen = run(releases, parallelism, new WriteBack(copies, false));

    assertCopied(copies);
    assertThat(seen.stream().map(s -> s.release() + " " + s.shard() + " " + s.index()))
        .doesNotHaveDuplicates();
    Map<Integer, Seen> previous = new HashMap<>();
    for (Seen chunk : seen) {
      Seen before = previous.put(chunk.subtask(), chunk);
      if (chunk.index() == 0) {
        assertThat(before == null || before.index() == before.chunksInShard() - 1).isTrue();
      } else {
        assertThat(before)
            .isEqualTo(
                new Seen(
                    chunk.subtask(),
                    chunk.release(),
                    chunk.shard(),
                    chunk.index() - 1,
                    chunk.chunksInShard()));
      }
    }
    assertThat(previous.values()).allMatch(last -> last.index() == last.chunksInShard() - 1);
  }

  @Test
  void aFailedReaderGivesItsShardsBack() throws Exception {
    List<ModelSourceRelease> releases = releases();
    Path copies = Files.createDirectory(folder.resolve("copies"));
    FAILED.set(false);

    List<Seen> seen = run(releases, 3, new WriteBack(copies, true));

    assertThat(FAILED).isTrue();
    assertCopied(copies);
    assertThat(seen.stream().map(s -> s.release() + " " + s.shard() + " " + s.index()))
        .doesNotHaveDuplicates();
  }

  @Test
  void aReleaseThatCannotBeReadFailsTheJobByName() throws Exception {
    Path text = Files.writeString(folder.resolve("text.onnx"), "This is no model.");
    List<ModelSourceRelease> releases =
        List.of(new ModelSourceRelease(2, List.of(text.toString())));

    assertThatThrownBy(() -> run(releases, 1, new WriteBack(folder, false)))
        .hasStackTraceContaining("Release 2 cannot be read")
        .hasStackTraceContaining("InvalidInputException")
        .hasStackTraceContaining("text.onnx");
  }
}
