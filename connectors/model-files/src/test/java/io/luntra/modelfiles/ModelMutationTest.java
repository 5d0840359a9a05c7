package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.modelfiles.HostileFiles.Format;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
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
  private static final Map<Format, byte[]> WHOLE = new EnumMap<>(Format.class);
  private static Path folder;
  private static HostileFiles files;

  @BeforeContainer
  static void folder() throws IOException {
    folder = Files.createTempDirectory("luntra-models");
    files = HostileFiles.in(folder);
    for (Format format : Format.values()) {
      WHOLE.put(format, format.whole());
      assertThat(files.read(format, WHOLE.get(format)).artifacts()).isNotEmpty();
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

  private static void check(Format format, byte[] bytes) throws IOException {
    long before = allocated();
    files.check(format, bytes);
    assertThat(allocated() - before).isLessThan(MAX_ALLOCATED);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
