package io.luntra.modelfiles.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Version 1 of an enumerator's checkpoint: the releases, then the splits in their version 1. */
final class ModelSourceCheckpointSerializer
    implements SimpleVersionedSerializer<ModelSourceCheckpoint> {
  static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ModelSourceCheckpoint checkpoint) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(4096);
    out.writeInt(checkpoint.unplanned().size());
    for (ModelSourceRelease release : checkpoint.unplanned()) {
      out.writeInt(release.release());
      out.writeInt(release.files().size());
      for (String file : release.files()) {
        out.writeUTF(file);
      }
    }
    out.writeInt(checkpoint.pending().size());
    for (ShardSplit split : checkpoint.pending()) {
      ShardSplitSerializer.write(split, out);
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public ModelSourceCheckpoint deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException("Checkpoint of version %d; expected %d".formatted(version, VERSION));
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    List<ModelSourceRelease> unplanned = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      int release = in.readInt();
      List<String> files = new ArrayList<>();
      for (int filesLeft = in.readInt(); filesLeft > 0; filesLeft--) {
        files.add(in.readUTF());
      }
      unplanned.add(new ModelSourceRelease(release, files));
    }
    List<ShardSplit> pending = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      pending.add(ShardSplitSerializer.read(in));
    }
    if (in.available() != 0) {
      throw new IOException("Checkpoint with %d bytes too many".formatted(in.available()));
    }
    return new ModelSourceCheckpoint(unplanned, pending);
  }
}
