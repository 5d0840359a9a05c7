package io.luntra.modelfiles;

import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.release.Shard;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the files of a release into tensor chunks and groups these into shards. The result depends
 * on the layouts alone, covers every byte once, and follows artifacts and offsets.
 *
 * <ul>
 *   <li>A chunk holds whole rows of one tensor: as many as fit into {@link #CHUNK_BYTES}.
 *   <li>Where 32 rows take at most {@link #GROUPED_BYTES}, chunks start at multiples of 32 rows and
 *       hold at least as many, so that weights grouped along the first dimension stay together.
 *   <li>A row longer than {@link #CHUNK_BYTES} is cut into pieces of that size, the last one
 *       shorter; no piece reaches into the next row.
 *   <li>Container bytes are cut at {@link #CHUNK_BYTES}; empty sections give no chunk.
 *   <li>A shard ends before the chunk that would take it past {@link #SHARD_BYTES} or {@link
 *       #SHARD_CHUNKS}.
 * </ul>
 */
public final class ShardPlanner {
  /** Most bytes of input in a chunk: 1 MiB. */
  public static final int CHUNK_BYTES = 1 << 20;

  /** Most bytes of input in a chunk of 32 rows: 8 MiB. */
  public static final int GROUPED_BYTES = 8 << 20;

  /** Most bytes of input in a shard: 32 MiB. */
  public static final long SHARD_BYTES = 32L << 20;

  /** Most chunks in a shard, for files of very many small tensors. */
  public static final int SHARD_CHUNKS = 8192;

  private static final int GROUPED_ROWS = 32;

  private final List<Shard> shards = new ArrayList<>();
  private final List<ChunkSlice> open = new ArrayList<>();
  private long openBytes;

  private ShardPlanner() {}

  /**
   * Shards of a release, numbered from 0.
   *
   * @param artifacts in the order of the release; a chunk's artifact is an index into them
   */
  public static List<Shard> plan(List<ArtifactLayout> artifacts) {
    ShardPlanner planner = new ShardPlanner();
    for (int artifact = 0; artifact < artifacts.size(); artifact++) {
      for (Section section : artifacts.get(artifact).sections()) {
        slices(artifact, section).forEach(planner::add);
      }
    }
    planner.close();
    return List.copyOf(planner.shards);
  }

  /**
   * The chunks of one section, in order, as {@link #plan} cuts them.
   *
   * @param artifact index of its artifact in the release
   */
  public static List<ChunkSlice> slices(int artifact, Section section) {
    List<ChunkSlice> slices = new ArrayList<>();
    if (section.length() == 0) {
      return slices;
    }
    TensorInfo tensor = section.tensor();
    if (tensor == null) {
      cut(
          slices,
          artifact,
          section.offset(),
          section.end(),
          CHUNK_BYTES,
          ChunkShape.CONTAINER_BYTES);
      return slices;
    }
    int rank = tensor.shape().size();
    int elementBytes = tensor.dtype().bytes();
    if (tensor.dtype().isBlocked()) {
      ChunkShape piece = new ChunkShape(tensor.dtype(), rank, CHUNK_BYTES / elementBytes);
      int step = CHUNK_BYTES - CHUNK_BYTES % elementBytes;
      cut(slices, artifact, section.offset(), section.end(), step, piece);
      return slices;
    }
    long rowBytes = tensor.rowElements() * elementBytes;
    if (rowBytes <= CHUNK_BYTES) {
      ChunkShape shape = new ChunkShape(tensor.dtype(), rank, (int) tensor.rowElements());
      cut(
          slices,
          artifact,
          section.offset(),
          section.end(),
          rowsInChunk(rowBytes) * rowBytes,
          shape);
      return slices;
    }
    ChunkShape piece = new ChunkShape(tensor.dtype(), rank, CHUNK_BYTES / elementBytes);
    for (long row = section.offset(); row < section.end(); row += rowBytes) {
      cut(slices, artifact, row, row + rowBytes, CHUNK_BYTES, piece);
    }
    return slices;
  }

  private static long rowsInChunk(long rowBytes) {
    long rows = CHUNK_BYTES / rowBytes;
    if (rowBytes > GROUPED_BYTES / GROUPED_ROWS) {
      return rows;
    }
    return Math.max(GROUPED_ROWS, rows / GROUPED_ROWS * GROUPED_ROWS);
  }

  private static void cut(
      List<ChunkSlice> slices, int artifact, long start, long end, long step, ChunkShape shape) {
    for (long offset = start; offset < end; offset += step) {
      slices.add(new ChunkSlice(artifact, offset, (int) Math.min(step, end - offset), shape));
    }
  }

  private void add(ChunkSlice chunk) {
    if (openBytes + chunk.length() > SHARD_BYTES || open.size() == SHARD_CHUNKS) {
      close();
    }
    open.add(chunk);
    openBytes += chunk.length();
  }

  private void close() {
    if (!open.isEmpty()) {
      shards.add(new Shard(shards.size(), open));
      open.clear();
      openBytes = 0;
    }
  }
}
