package io.luntra.ethereum.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The splits that an enumerator has left to hand out, version 1. */
final class ShardSplitsSerializer implements SimpleVersionedSerializer<Collection<ShardSplit>> {

  @Override
  public int getVersion() {
    return ShardSplitSerializer.INSTANCE.getVersion();
  }

  @Override
  public byte[] serialize(Collection<ShardSplit> splits) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(splits.size());
      for (ShardSplit split : splits) {
        ShardSplitSerializer.write(split, out);
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public Collection<ShardSplit> deserialize(int version, byte[] serialized) throws IOException {
    ShardSplitSerializer.checkVersion(version);
    List<ShardSplit> splits = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized))) {
      int size = in.readInt();
      for (int i = 0; i < size; i++) {
        splits.add(ShardSplitSerializer.read(in));
      }
    }
    return splits;
  }
}
