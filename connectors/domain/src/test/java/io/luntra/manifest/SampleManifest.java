package io.luntra.manifest;

import io.luntra.blob.BlobPacker;
import io.luntra.blob.BlobPacking;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.kzg.KzgCommitment;
import io.luntra.release.ReleaseName;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Manifests for tests. */
final class SampleManifest {
  static final ReleaseName NAME = ReleaseName.parse("sample/model@1.0");

  static final ReleaseDescription FULL = ReleaseDescription.of(NAME, "int8", 1);
  static final ReleaseDescription DELTA =
      new ReleaseDescription(
          NAME,
          "entropy",
          Optional.of("0.9906"),
          1,
          Optional.of(
              new ParentReference(ReleaseName.parse("sample/model@0.9"), hash(5), hash(6), 3)),
          Optional.empty());

  /** A manifest as it goes to the chain. */
  record Written(RootManifest root, List<byte[]> parts, List<byte[]> blobs) {}

  private SampleManifest() {}

  /** Two files and an empty one, four tensors, three shards of 3, 1 and 1 blobs. */
  static List<ManifestEntry> small() {
    return List.of(
        new ArtifactEntry("config/größe\".json", 100, hash(1), hash(1)),
        new ArtifactEntry("empty.txt", 0, hash(2), hash(2)),
        new ArtifactEntry("model.onnx", 1000, hash(3), hash(4)),
        tensor(
            "a\"\\\u0001\n€😀", DataType.FP32, List.of(5L, 10L), 20, new ShardRange(0, 30, 1, 10)),
        tensor("nothing", DataType.FP16, List.of(0L, 7L), 220, ShardRange.EMPTY),
        tensor("scalar", DataType.INT64, List.of(), 220, new ShardRange(1, 10, 1, 20)),
        tensor("bias", DataType.FP32, List.of(25L), 300, new ShardRange(1, 30, 2, 7)),
        shard(
            0,
            0,
            3,
            new ChunkReference(0, 0, 100, 20),
            new ChunkReference(2, 0, 20, 10),
            new ChunkReference(2, 20, 160, 260_067)),
        shard(
            1,
            3,
            1,
            new ChunkReference(2, 180, 40, 10),
            new ChunkReference(2, 220, 8, 10),
            new ChunkReference(2, 228, 72, 10),
            new ChunkReference(2, 300, 60, 130_018)),
        shard(2, 4, 1, new ChunkReference(2, 360, 40, 7), new ChunkReference(2, 400, 600, 300)));
  }

  /** One tensor that is the parent's, one of which half is, one that is not; two blobs in all. */
  static List<ManifestEntry> delta() {
    return List.of(
        new ArtifactEntry("model.onnx", 600, hash(3), hash(4)),
        tensor("same", DataType.FP32, List.of(50L), 0, new ShardRange(0, 0, 1, 0)),
        tensor("half", DataType.FP32, List.of(5L, 10L), 200, new ShardRange(1, 0, 2, 9)),
        tensor("alone", DataType.FP32, List.of(5L, 10L), 400, new ShardRange(2, 9, 2, 20)),
        shard(0, 0, 0, new ChunkReference(0, 0, 100, 0)),
        shard(1, 0, 0, new ChunkReference(0, 100, 100, 0), new ChunkReference(0, 200, 100, 0)),
        shard(2, 0, 1, new ChunkReference(0, 300, 100, 9), new ChunkReference(0, 400, 200, 11)));
  }

  /** A release of nothing but its parent's chunks. */
  static List<ManifestEntry> identical() {
    return List.of(
        new ArtifactEntry("model.onnx", 200, hash(3), hash(3)),
        tensor("same", DataType.FP32, List.of(50L), 0, ShardRange.EMPTY),
        shard(0, 0, 0, new ChunkReference(0, 0, 200, 0)));
  }

  static Written write(List<ManifestEntry> entries) {
    return write(FULL, entries);
  }

  static Written write(ReleaseDescription release, List<ManifestEntry> entries) {
    List<byte[]> parts = new ArrayList<>();
    List<byte[]> blobs = new ArrayList<>();
    BlobPacker packer = new BlobPacker(blobs::add);
    ManifestWriter writer =
        new ManifestWriter(
            part -> {
              parts.add(part);
              packer.write(part);
            });
    entries.forEach(writer::add);
    RootManifest root = writer.finish(release);
    packer.flush();
    return new Written(root, parts, blobs);
  }

  static List<ManifestEntry> read(RootManifest root, List<byte[]> blobs) {
    List<ManifestEntry> entries = new ArrayList<>();
    ManifestReader.ofBlobs(root, blobs.iterator()).forEachRemaining(entries::add);
    return entries;
  }

  static TensorEntry tensor(
      String name, DataType dtype, List<Long> shape, long offset, ShardRange range) {
    return new TensorEntry(
        new TensorInfo(name, dtype, shape),
        offset,
        range,
        "int8-rows",
        hash(offset),
        hash(-offset));
  }

  static ShardEntry shard(int index, int firstBlob, int blobs, ChunkReference... chunks) {
    List<KzgCommitment> commitments = new ArrayList<>();
    for (int i = 0; i < blobs; i++) {
      commitments.add(commitment(firstBlob + i));
    }
    int payload = 0;
    for (ChunkReference chunk : chunks) {
      payload += chunk.encodedLength();
    }
    return new ShardEntry(index, firstBlob, payload, commitments, List.of(chunks));
  }

  static KzgCommitment commitment(int number) {
    byte[] bytes = new byte[48];
    new Random(number).nextBytes(bytes);
    return new KzgCommitment(bytes);
  }

  static Bytes32 hash(long number) {
    return Keccak.hash(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  static int fullBlobs(int blobs) {
    return blobs * BlobPacking.PAYLOAD_BYTES;
  }
}
