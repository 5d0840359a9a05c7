package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.gguf.GgufFile;
import io.luntra.modelfiles.pytorch.PytorchFile;
import io.luntra.modelfiles.safetensors.SafetensorsFile;
import io.luntra.release.Shard;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.flink.util.FileUtils;

/** Changed and cut files are refused by name, or give a layout that covers every byte. */
class ModelMutationTest {
  private static final long MAX_ALLOCATED = 8L << 20;
  private static Path folder;

  private static final Map<Format, byte[]> WHOLE = new EnumMap<>(Format.class);

  enum Format {
    PT,
    GGUF,
    SAFETENSORS
  }

  @BeforeContainer
  static void folder() throws IOException {
    folder = Files.createTempDirectory("luntra-models");
    WHOLE.put(Format.PT, PytorchFile.checkpoint());
    WHOLE.put(Format.GGUF, GgufFile.model());
    WHOLE.put(
        Format.SAFETENSORS,
        new SafetensorsFile()
            .tensor("a", "F32", "[2,3]", 24)
            .tensor("b", "BF16", "[7]", 14)
            .tensor("c", "F8_E4M3", "[]", 1)
            .bytes());
    for (Format format : Format.values()) {
      assertThat(read(format, WHOLE.get(format)).artifacts()).hasSize(1);
    }
  }

  @AfterContainer
  static void remove() throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
  }

  @Property(tries = 1000)
  void oneByteChanged(
      @ForAll Format format, @ForAll @IntRange(max = 10_000) int at, @ForAll byte value)
      throws IOException {
    byte[] changed = WHOLE.get(format).clone();
    changed[at % changed.length] = value;
    check(format, changed);
  }

  @Property(tries = 1000)
  void someBytesChangedAndCut(
      @ForAll Format format,
      @ForAll @Size(max = 6) List<@IntRange(max = 10_000) Integer> at,
      @ForAll byte value,
      @ForAll @IntRange(max = 10_000) int length)
      throws IOException {
    byte[] changed = Arrays.copyOf(WHOLE.get(format), Math.min(WHOLE.get(format).length, length));
    for (int position : at) {
      if (changed.length > 0) {
        changed[position % changed.length] ^= value;
      }
    }
    check(format, changed);
  }

  @Property(tries = 1000)
  void runsMoved(
      @ForAll Format format,
      @ForAll @IntRange(max = 10_000) int from,
      @ForAll @IntRange(max = 10_000) int to,
      @ForAll @IntRange(max = 40) int length)
      throws IOException {
    byte[] changed = WHOLE.get(format).clone();
    int source = from % (changed.length - 40);
    System.arraycopy(WHOLE.get(format), source, changed, to % (changed.length - 40), length);
    check(format, changed);
  }

  private static ModelInput read(Format format, byte[] bytes) throws IOException {
    Path file = folder.resolve("m." + format.name().toLowerCase(Locale.ROOT));
    Files.write(file, bytes);
    return ModelFiles.layout(
        new org.apache.flink.core.fs.Path(file.toUri()), ReaderOptions.DEFAULTS);
  }

  private static void check(Format format, byte[] bytes) throws IOException {
    long before = allocated();
    try {
      ModelInput input = read(format, bytes);
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
