package io.luntra.modelfiles.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardSplitReaderTest {
  /** More than a shard. */
  private static final int MEBIBYTES = 40;

  @TempDir Path folder;
  private Path file;
  private List<ShardSplit> splits;

  @BeforeEach
  void plan() throws IOException {
    file = folder.resolve("m.safetensors");
    byte[] header =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[%d,262144],\"data_offsets\":[0,%d]}}"
            .formatted(MEBIBYTES, MEBIBYTES << 20)
            .getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .array());
      out.write(header);
      for (int i = 0; i < MEBIBYTES << 20; i++) {
        out.write(i ^ i >>> 9);
      }
    }
    splits =
        ModelSourceEnumerator.plan(
            new ModelSourceRelease(5, List.of(file.toString())), ReaderOptions.DEFAULTS);
  }

  private static List<TensorChunk> chunks(RecordsWithSplitIds<TensorChunk> records) {
    List<TensorChunk> chunks = new ArrayList<>();
    while (records.nextSplit() != null) {
      for (TensorChunk c = records.nextRecordFromSplit();
          c != null;
          c = records.nextRecordFromSplit()) {
        chunks.add(c);
      }
    }
    return chunks;
  }

  @Test
  void readsOneSplitToItsEndInBoundedFetches() throws IOException {
    List<TensorChunk> chunks = new ArrayList<>();
    List<String> finished = new ArrayList<>();
    try (ShardSplitReader reader = new ShardSplitReader()) {
      reader.handleSplitsChanges(new SplitsAddition<>(splits));
      while (finished.size() < splits.size()) {
        RecordsWithSplitIds<TensorChunk> records = reader.fetch();
        List<TensorChunk> fetched = chunks(records);
        assertThat(fetched.stream().mapToInt(c -> c.data().length).sum())
            .isLessThanOrEqualTo(2 << 20);
        assertThat(fetched).extracting(TensorChunk::shard).containsOnly(finished.size());
        chunks.addAll(fetched);
        finished.addAll(records.finishedSplits());
      }
      assertThat(chunks(reader.fetch())).isEmpty();
    }

    assertThat(finished).containsExactly("5/0", "5/1");
    byte[] bytes = Files.readAllBytes(file);
    int position = 0;
    for (TensorChunk chunk : chunks) {
      assertThat(chunk.slice().offset()).isEqualTo(position);
      assertThat(chunk.data()).isEqualTo(slice(bytes, chunk));
      position += chunk.data().length;
    }
    assertThat(position).isEqualTo(bytes.length);
  }

  private static byte[] slice(byte[] bytes, TensorChunk chunk) {
    int start = (int) chunk.slice().offset();
    return Arrays.copyOfRange(bytes, start, start + chunk.slice().length());
  }

  @Test
  void startsWhereASplitWasLeft() throws IOException {
    try (ShardSplitReader reader = new ShardSplitReader()) {
      reader.handleSplitsChanges(new SplitsAddition<>(List.of(splits.get(0).startingAt(5))));
      assertThat(chunks(reader.fetch())).extracting(TensorChunk::index).startsWith(5);
    }
    try (ShardSplitReader reader = new ShardSplitReader()) {
      int end = splits.get(0).shard().chunks().size();
      reader.handleSplitsChanges(new SplitsAddition<>(List.of(splits.get(0).startingAt(end))));
      RecordsWithSplitIds<TensorChunk> records = reader.fetch();
      assertThat(chunks(records)).isEmpty();
      assertThat(records.finishedSplits()).containsExactly("5/0");
    }
  }

  @Test
  void aFileThatChangedSizeIsRefused() throws IOException {
    Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
    try (ShardSplitReader reader = new ShardSplitReader()) {
      reader.handleSplitsChanges(new SplitsAddition<>(splits));
      assertThatThrownBy(reader::fetch)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("m.safetensors")
          .hasMessageContaining("changed since it was planned");
    }
  }

  @Test
  void aFileCutWhileItIsReadIsRefused() throws IOException {
    try (ShardSplitReader reader = new ShardSplitReader()) {
      reader.handleSplitsChanges(new SplitsAddition<>(splits));
      reader.fetch();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(3 << 20);
      }
      assertThatThrownBy(
              () -> {
                reader.fetch();
                reader.fetch();
              })
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("changed while it was read");
    }
  }
}
