package io.luntra.modelfiles.source;

import io.luntra.modelfiles.source.ShardSplit.PlannedFile;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Shard;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Version 1 of a split: big-endian numbers, modified UTF-8, lists after their size. */
final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {
  static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ShardSplit split) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    write(split, out);
    return out.getCopyOfBuffer();
  }

  @Override
  public ShardSplit deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException("Split of version %d; expected %d".formatted(version, VERSION));
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    ShardSplit split = read(in);
    if (in.available() != 0) {
      throw new IOException("Split %s with %d bytes too many".formatted(split, in.available()));
    }
    return split;
  }

  static void write(ShardSplit split, DataOutputSerializer out) throws IOException {
    out.writeInt(split.release());
    out.writeInt(split.next());
    out.writeInt(split.files().size());
    for (PlannedFile file : split.files()) {
      out.writeInt(file.artifact());
      out.writeUTF(file.path());
      out.writeLong(file.length());
    }
    out.writeInt(split.shard().index());
    out.writeInt(split.shard().chunks().size());
    for (ChunkSlice slice : split.shard().chunks()) {
      out.writeInt(slice.artifact());
      out.writeLong(slice.offset());
      out.writeInt(slice.length());
      out.writeUTF(slice.shape().dtype().name());
      out.writeInt(slice.shape().rank());
      out.writeInt(slice.shape().rowElements());
    }
  }

  static ShardSplit read(DataInputDeserializer in) throws IOException {
    int release = in.readInt();
    int next = in.readInt();
    List<PlannedFile> files = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      files.add(new PlannedFile(in.readInt(), in.readUTF(), in.readLong()));
    }
    int index = in.readInt();
    List<ChunkSlice> slices = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      int artifact = in.readInt();
      long offset = in.readLong();
      int length = in.readInt();
      DataType dtype = DataType.valueOf(in.readUTF());
      ChunkShape shape = new ChunkShape(dtype, in.readInt(), in.readInt());
      slices.add(new ChunkSlice(artifact, offset, length, shape));
    }
    return new ShardSplit(release, new Shard(index, slices), files, next);
  }
}
