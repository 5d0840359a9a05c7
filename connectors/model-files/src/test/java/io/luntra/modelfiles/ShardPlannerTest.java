package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.release.Shard;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShardPlannerTest {
  private static final int MIB = 1 << 20;

  private static TensorInfo fp32(long... shape) {
    List<Long> dimensions = new ArrayList<>();
    for (long dimension : shape) {
      dimensions.add(dimension);
    }
    return new TensorInfo("t", DataType.FP32, dimensions);
  }

  private static Section tensor(long offset, TensorInfo info) {
    return new Section(offset, info.bytes(), info);
  }

  private static ArtifactLayout layout(Section... sections) {
    return new ArtifactLayout("a", sections[sections.length - 1].end(), List.of(sections));
  }

  private static List<ChunkSlice> chunks(List<Shard> shards) {
    return shards.stream().flatMap(shard -> shard.chunks().stream()).toList();
  }

  private static List<ChunkSlice> chunks(ArtifactLayout... artifacts) {
    return chunks(ShardPlanner.plan(List.of(artifacts)));
  }

  @Test
  void asManyWholeRowsAsFit() {
    // Rows of 1200 bytes: 873 fit into 1 MiB, 864 of them are a multiple of 32.
    List<ChunkSlice> chunks = chunks(layout(tensor(0, fp32(2000, 3, 100))));

    ChunkShape shape = new ChunkShape(DataType.FP32, 3, 300);
    assertThat(chunks)
        .containsExactly(
            new ChunkSlice(0, 0, 1_036_800, shape),
            new ChunkSlice(0, 1_036_800, 1_036_800, shape),
            new ChunkSlice(0, 2_073_600, 326_400, shape));
  }

  @Test
  void chunksStartAtMultiplesOf32RowsOfUpTo256KiB() {
    // Rows of 40 KiB: 26 would fit into 1 MiB.
    assertThat(chunks(layout(tensor(0, fp32(80, 10_240)))))
        .extracting(ChunkSlice::length)
        .containsExactly(32 * 40_960, 32 * 40_960, 16 * 40_960);
    assertThat(chunks(layout(tensor(0, fp32(40, MIB / 16)))))
        .extracting(ChunkSlice::length)
        .containsExactly(8 * MIB, 2 * MIB);
    assertThat(chunks(layout(tensor(0, fp32(8, MIB / 16 + 1)))))
        .extracting(ChunkSlice::length)
        .containsExactly(3 * MIB / 4 + 12, 3 * MIB / 4 + 12, MIB / 2 + 8);
  }

  @Test
  void theSlicesOfATensorAreItsChunks() {
    Section section = tensor(7, fp32(2000, 300));
    assertThat(ShardPlanner.slices(0, section))
        .isEqualTo(chunks(layout(new Section(0, 7, null), section)).subList(1, 4));
  }

  @Test
  void rowsLongerThanAChunkAreCutRowByRow() {
    // Rows of 1.5 MiB.
    List<ChunkSlice> chunks = chunks(layout(tensor(0, fp32(2, 3 * MIB / 8))));

    ChunkShape piece = new ChunkShape(DataType.FP32, 2, MIB / 4);
    assertThat(chunks)
        .containsExactly(
            new ChunkSlice(0, 0, MIB, piece),
            new ChunkSlice(0, MIB, MIB / 2, piece),
            new ChunkSlice(0, 3 * MIB / 2, MIB, piece),
            new ChunkSlice(0, 5 * MIB / 2, MIB / 2, piece));
  }

  @Test
  void rowsOfExactlyOneChunk() {
    ChunkShape row = new ChunkShape(DataType.FP32, 2, MIB / 4);
    assertThat(chunks(layout(tensor(0, fp32(2, MIB / 4)))))
        .containsExactly(new ChunkSlice(0, 0, MIB, row), new ChunkSlice(0, MIB, MIB, row));
  }

  @Test
  void vectorsScalarsContainerBytesAndNothing() {
    List<ChunkSlice> chunks =
        chunks(
            layout(
                new Section(0, 3, null),
                tensor(3, fp32(MIB / 4 + 1)),
                tensor(MIB + 7, fp32(5, 0)),
                tensor(MIB + 7, fp32())),
            layout(new Section(0, MIB + 1, null)));

    ChunkShape vector = new ChunkShape(DataType.FP32, 1, 1);
    assertThat(chunks)
        .containsExactly(
            new ChunkSlice(0, 0, 3, ChunkShape.CONTAINER_BYTES),
            new ChunkSlice(0, 3, MIB, vector),
            new ChunkSlice(0, MIB + 3, 4, vector),
            new ChunkSlice(0, MIB + 7, 4, new ChunkShape(DataType.FP32, 0, 1)),
            new ChunkSlice(1, 0, MIB, ChunkShape.CONTAINER_BYTES),
            new ChunkSlice(1, MIB, 1, ChunkShape.CONTAINER_BYTES));
  }

  @Test
  void aShardEndsBeforeTheChunkThatPassesItsSize() {
    List<Shard> shards =
        ShardPlanner.plan(
            List.of(
                layout(tensor(0, fp32(32, MIB / 4)), new Section(32L * MIB, 1, null)),
                layout(tensor(0, fp32(32, MIB / 4)))));

    assertThat(shards)
        .extracting(Shard::inputBytes)
        .containsExactly(32L * MIB, 31L * MIB + 1, (long) MIB);
    assertThat(shards).extracting(Shard::index).containsExactly(0, 1, 2);
  }

  @Test
  void manySmallChunksEndAShard() {
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      sections.add(new Section(i, 1, new TensorInfo("t" + i, DataType.INT8, List.of(1L))));
    }
    List<Shard> shards = ShardPlanner.plan(List.of(new ArtifactLayout("a", 10_000, sections)));

    assertThat(shards).extracting(s -> s.chunks().size()).containsExactly(8192, 1808);
  }

  @Test
  void aHundredGigabytes() {
    long rows = 100L * 1000 * 1000 * 1000 / 16384;

    List<Shard> shards = ShardPlanner.plan(List.of(layout(tensor(0, fp32(rows, 4096)))));

    assertThat(shards).hasSize(2981);
  }

  @Property(tries = 200)
  void everyByteOnceAndRowsWhole(
      @ForAll @Size(min = 1, max = 12) List<@LongRange(max = 2000) Long> rows,
      @ForAll @IntRange(min = 1, max = 300_000) int columns,
      @ForAll DataType dtype) {
    List<Section> sections = new ArrayList<>();
    NavigableSet<Long> starts = new TreeSet<>();
    long position = 0;
    for (long count : rows) {
      long width = (long) dtype.blockElements() * columns;
      TensorInfo info = new TensorInfo("t", dtype, List.of(count, width));
      starts.add(position);
      sections.add(new Section(position, info.bytes(), info));
      sections.add(new Section(position + info.bytes(), count, null));
      position += info.bytes() + count;
    }
    List<Shard> shards = ShardPlanner.plan(List.of(new ArtifactLayout("a", position, sections)));

    long next = 0;
    for (ChunkSlice chunk : chunks(shards)) {
      assertThat(chunk.offset()).isEqualTo(next);
      assertThat(chunk.length()).isBetween(1, ShardPlanner.GROUPED_BYTES);
      int rowBytes = chunk.shape().rowElements() * dtype.bytes();
      assertThat(chunk.length() % chunk.shape().dtype().bytes()).isZero();
      if (!dtype.isBlocked()
          && chunk.shape().rank() == 2
          && chunk.shape().rowElements() == columns) {
        assertThat(chunk.length() % rowBytes).isZero();
        if (rowBytes <= MIB / 4 && chunk.length() > rowBytes) {
          long tensorStart = starts.floor(chunk.offset());
          assertThat((chunk.offset() - tensorStart) % (32L * rowBytes)).isZero();
        }
      }
      next += chunk.length();
    }
    assertThat(next).isEqualTo(position);
    assertThat(shards).allMatch(shard -> shard.inputBytes() <= 32L * MIB);
  }
}
