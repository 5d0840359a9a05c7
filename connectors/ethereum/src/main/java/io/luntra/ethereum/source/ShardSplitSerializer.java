package io.luntra.ethereum.source;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.kzg.KzgCommitment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Splits as bytes, version 1. */
final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {
  static final ShardSplitSerializer INSTANCE = new ShardSplitSerializer();
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ShardSplit split) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(split, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public ShardSplit deserialize(int version, byte[] serialized) {
    checkVersion(version);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized))) {
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void checkVersion(int version) {
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "Split of version %d, this program knows %d".formatted(version, VERSION));
    }
  }

  static void write(ShardSplit split, DataOutputStream out) throws IOException {
    out.writeUTF(split.beaconUrl());
    out.writeInt(split.next());
    out.writeInt(split.shard().release());
    out.writeInt(split.shard().shard());
    out.writeInt(split.shard().blobs().size());
    for (BlobFetcher.Location blob : split.shard().blobs()) {
      out.writeLong(blob.block().number());
      out.write(blob.block().hash().bytes());
      out.writeLong(blob.block().timestamp());
      out.write(blob.commitment().bytes());
    }
  }

  static ShardSplit read(DataInputStream in) throws IOException {
    String beaconUrl = in.readUTF();
    int next = in.readInt();
    int release = in.readInt();
    int shard = in.readInt();
    int size = in.readInt();
    List<BlobFetcher.Location> blobs = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      long number = in.readLong();
      Bytes32 block = new Bytes32(in.readNBytes(32));
      BlockReference reference = new BlockReference(number, block, in.readLong());
      blobs.add(
          new BlobFetcher.Location(
              reference, new KzgCommitment(in.readNBytes(KzgCommitment.BYTES))));
    }
    return new ShardSplit(beaconUrl, new ShardBlobs(release, shard, blobs), next);
  }
}
