package io.luntra.modelfiles.source;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.source.ShardSplit.PlannedFile;
import io.luntra.release.ChunkSlice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** Reads one split to its end before the next, at most {@link #FETCH_BYTES} at a time. */
final class ShardSplitReader implements SplitReader<TensorChunk, ShardSplit> {
  static final int FETCH_BYTES = 2 << 20;

  private final Deque<ShardSplit> assigned = new ArrayDeque<>();
  private ShardSplit split;
  private int next;
  private PlannedFile openFile;
  private FSDataInputStream stream;

  @Override
  public RecordsWithSplitIds<TensorChunk> fetch() throws IOException {
    RecordsBySplits.Builder<TensorChunk> records = new RecordsBySplits.Builder<>();
    if (split == null) {
      split = assigned.poll();
      if (split == null) {
        return records.build();
      }
      next = split.next();
    }
    List<ChunkSlice> chunks = split.shard().chunks();
    long bytes = 0;
    while (next < chunks.size()
        && (bytes == 0 || bytes + chunks.get(next).length() <= FETCH_BYTES)) {
      ChunkSlice slice = chunks.get(next);
      records.add(
          split.splitId(),
          new TensorChunk(
              split.release(), split.shard().index(), next, chunks.size(), slice, read(slice)));
      bytes += slice.length();
      next++;
    }
    if (next == chunks.size()) {
      records.addFinishedSplit(split.splitId());
      split = null;
      closeFile();
    }
    return records.build();
  }

  private byte[] read(ChunkSlice slice) throws IOException {
    open(split.file(slice));
    if (slice.length() > openFile.length() - slice.offset()) {
      throw new IllegalStateException("Chunk past the end of its file: " + slice);
    }
    byte[] data = new byte[slice.length()];
    if (stream.getPos() != slice.offset()) {
      stream.seek(slice.offset());
    }
    int read = stream.readNBytes(data, 0, data.length);
    if (read != data.length) {
      throw new InvalidInputException(
          "%s: expected %d bytes at %d, found %d: the file changed while it was read"
              .formatted(openFile.path(), data.length, slice.offset(), read));
    }
    return data;
  }

  private void open(PlannedFile file) throws IOException {
    if (file.equals(openFile)) {
      return;
    }
    closeFile();
    Path path = new Path(file.path());
    long length = ModelFiles.length(path);
    if (length != file.length()) {
      throw new InvalidInputException(
          "%s: expected %d bytes, found %d: the file changed since it was planned"
              .formatted(file.path(), file.length(), length));
    }
    stream = path.getFileSystem().open(path);
    openFile = file;
  }

  private void closeFile() throws IOException {
    openFile = null;
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }

  @Override
  public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
    if (!(change instanceof SplitsAddition)) {
      throw new UnsupportedOperationException("Expected added splits, found " + change);
    }
    assigned.addAll(change.splits());
  }

  @Override
  public void wakeUp() {}

  @Override
  public void close() throws IOException {
    closeFile();
  }
}
