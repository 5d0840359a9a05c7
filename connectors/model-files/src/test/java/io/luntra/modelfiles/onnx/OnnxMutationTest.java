package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.Proto.external;
import static io.luntra.modelfiles.onnx.Proto.floats;
import static io.luntra.modelfiles.onnx.Proto.model;
import static io.luntra.modelfiles.onnx.Proto.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.Shard;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.flink.util.FileUtils;

/** Changed and cut files are refused by name, or give a layout that covers every byte. */
class OnnxMutationTest {
  private static final long MAX_ALLOCATED = 4L << 20;
  private static final byte[] WHOLE = whole();
  private static Path folder;

  private static byte[] whole() {
    Proto constant = new Proto().text(1, "value").message(5, tensor("", 7, 1).varint(7, 5));
    Proto branch = new Proto().message(5, tensor("w", 1, 2).bytes(9, floats(2)));
    Proto graph =
        new Proto()
            .message(1, new Proto().text(4, "Constant").message(5, constant))
            .message(1, new Proto().text(4, "If").message(5, new Proto().message(6, branch)))
            .text(2, "g")
            .message(5, tensor("w", 1, 2, 3).bytes(9, floats(6)))
            .message(5, tensor("f", 1, 4).bytes(4, floats(4)))
            .message(5, tensor("i", 7, 2).bytes(7, new Proto().raw(1).raw(-1).toBytes()))
            .message(5, tensor("s", 8, 1).text(6, "text"))
            .message(5, external("x", "x.bin", "8", 2))
            .message(15, new Proto().message(1, tensor("p", 1, 1).bytes(9, floats(1))));
    return model(graph).toBytes();
  }

  @BeforeContainer
  static void folder() throws IOException {
    folder = Files.createTempDirectory("luntra-onnx");
    Files.write(folder.resolve("x.bin"), new byte[16]);
    assertThat(read(WHOLE).artifacts()).hasSize(2);
  }

  @AfterContainer
  static void remove() throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
  }

  @Property
  void oneByteChanged(@ForAll @IntRange(max = 10_000) int at, @ForAll byte value)
      throws IOException {
    byte[] changed = WHOLE.clone();
    changed[at % changed.length] = value;
    check(changed);
  }

  @Property
  void someBytesChangedAndCut(
      @ForAll @Size(max = 6) List<@IntRange(max = 10_000) Integer> at,
      @ForAll byte value,
      @ForAll @IntRange(max = 10_000) int length)
      throws IOException {
    byte[] changed = Arrays.copyOf(WHOLE, Math.min(WHOLE.length, length));
    for (int position : at) {
      if (changed.length > 0) {
        changed[position % changed.length] ^= value;
      }
    }
    check(changed);
  }

  @Property
  void runsMoved(
      @ForAll @IntRange(max = 10_000) int from,
      @ForAll @IntRange(max = 10_000) int to,
      @ForAll @IntRange(max = 40) int length)
      throws IOException {
    byte[] changed = WHOLE.clone();
    int source = from % (changed.length - 40);
    System.arraycopy(WHOLE, source, changed, to % (changed.length - 40), length);
    check(changed);
  }

  private static ModelInput read(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("m.onnx"), bytes);
    return OnnxReader.read(new org.apache.flink.core.fs.Path(file.toUri()), ReaderOptions.DEFAULTS);
  }

  private static void check(byte[] bytes) throws IOException {
    long before = allocated();
    try {
      ModelInput input = read(bytes);
      assertThat(input.layouts().get(0).length()).isEqualTo(bytes.length);
      List<Shard> shards = ShardPlanner.plan(input.layouts());
      assertThat(shards.stream().mapToLong(Shard::inputBytes).sum()).isEqualTo(input.inputBytes());
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageContaining(folder.getFileName().toString());
    }
    assertThat(allocated() - before).isLessThan(MAX_ALLOCATED);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
