package io.luntra.proof;

import io.luntra.blob.BlobPacker;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ChunkReference;
import io.luntra.manifest.ManifestWriter;
import io.luntra.manifest.ReleaseDescription;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.RootManifest;
import io.luntra.manifest.ShardEntry;
import io.luntra.manifest.ShardRange;
import io.luntra.manifest.TensorEntry;
import io.luntra.merkle.BlobKind;
import io.luntra.merkle.MerkleTree;
import io.luntra.merkle.ReleaseMerkle;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A release with its blobs: three of data in two shards, two of manifest, one root manifest. Tensor
 * "wide" lies in both shards, "nothing" has no elements, the small ones lie in the second shard;
 * one is named after a whole entry.
 */
final class SampleRelease implements ReleaseBlobs {
  static final String CREATOR = "0x" + "a1".repeat(20);
  static final String REGISTRY = "0x" + "7e".repeat(20);
  static final ReleaseName NAME = ReleaseName.parse("sample/proven@1.0");
  static final int SMALL = 700;
  static final int WIDE_IN_FIRST = 200_000;
  static final int WIDE_IN_SECOND = 100_000;
  static final int SMALL_ENCODED = 40;

  final ReleaseManifest manifest;
  final byte[] stream;
  private final List<BlobKind> kinds = new ArrayList<>();
  private final List<byte[]> blobs = new ArrayList<>();
  private final List<KzgCommitment> commitments = new ArrayList<>();
  private final MerkleTree tree;

  SampleRelease() {
    byte[] payload = new byte[WIDE_IN_FIRST + WIDE_IN_SECOND + SMALL * SMALL_ENCODED];
    new Random(5).nextBytes(payload);
    add(BlobKind.DATA, BlobPacker.pack(Arrays.copyOf(payload, WIDE_IN_FIRST)));
    add(BlobKind.DATA, BlobPacker.pack(Arrays.copyOfRange(payload, WIDE_IN_FIRST, payload.length)));

    ByteBuffer written = ByteBuffer.allocate(1 << 20);
    ManifestWriter writer = new ManifestWriter(written::put);
    List<TensorEntry> tensors = tensors();
    ArtifactEntry file = new ArtifactEntry("model.onnx", 40_000 + SMALL * 32, hash(1), hash(2));
    writer.add(file);
    tensors.forEach(writer::add);
    List<ShardEntry> shards = shards();
    shards.forEach(writer::add);
    RootManifest root = writer.finish(ReleaseDescription.of(NAME, "int8", 1));
    stream = Arrays.copyOf(written.array(), written.position());
    add(BlobKind.MANIFEST, BlobPacker.pack(stream));
    add(BlobKind.ROOT_MANIFEST, root.toBlobs());
    manifest = new ReleaseManifest(root, List.of(new ArtifactManifest(file, tensors)), shards);
    tree =
        ReleaseMerkle.tree(
            ReleaseIds.of(CREATOR, NAME),
            hashes(BlobKind.DATA),
            hashes(BlobKind.MANIFEST),
            hashes(BlobKind.ROOT_MANIFEST));
  }

  private static List<TensorEntry> tensors() {
    List<TensorEntry> tensors = new ArrayList<>();
    tensors.add(tensor("wide", List.of(100L, 100L), 0, new ShardRange(0, 0, 1, WIDE_IN_SECOND)));
    tensors.add(tensor("nothing", List.of(0L, 7L), 40_000, ShardRange.EMPTY));
    for (int i = 0; i < SMALL; i++) {
      int start = WIDE_IN_SECOND + i * SMALL_ENCODED;
      ShardRange range = new ShardRange(1, start, 1, start + SMALL_ENCODED);
      TensorEntry tensor = tensor("layer." + i, List.of(8L), 40_000 + 32 * i, range);
      if (i == SMALL - 1) {
        String forged = new String(tensor.toJson(), java.nio.charset.StandardCharsets.UTF_8);
        tensor = tensor(forged, List.of(8L), 40_000 + 32 * i, range);
      }
      tensors.add(tensor);
    }
    return tensors;
  }

  private List<ShardEntry> shards() {
    List<ChunkReference> second = new ArrayList<>();
    second.add(new ChunkReference(0, 20_000, 20_000, WIDE_IN_SECOND));
    for (int i = 0; i < SMALL; i++) {
      second.add(new ChunkReference(0, 40_000 + 32 * i, 32, SMALL_ENCODED));
    }
    return List.of(
        new ShardEntry(
            0,
            0,
            WIDE_IN_FIRST,
            commitments.subList(0, 2),
            List.of(new ChunkReference(0, 0, 20_000, WIDE_IN_FIRST))),
        new ShardEntry(
            1, 2, WIDE_IN_SECOND + SMALL * SMALL_ENCODED, commitments.subList(2, 3), second));
  }

  private static TensorEntry tensor(String name, List<Long> shape, long offset, ShardRange range) {
    return new TensorEntry(
        new TensorInfo(name, DataType.FP32, shape),
        offset,
        range,
        "int8-rows",
        hash(offset),
        hash(-offset));
  }

  private static Bytes32 hash(long number) {
    return Keccak.hash(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  private void add(BlobKind kind, List<byte[]> added) {
    for (byte[] blob : added) {
      kinds.add(kind);
      blobs.add(blob);
      commitments.add(Kzg.load().commit(blob));
    }
  }

  private List<VersionedHash> hashes(BlobKind kind) {
    List<VersionedHash> hashes = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i) == kind) {
        hashes.add(commitments.get(i).versionedHash());
      }
    }
    return hashes;
  }

  TensorEntry tensor(String name) {
    return manifest.artifacts().get(0).tensors().stream()
        .filter(tensor -> tensor.info().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  ProofDocument document(Claim claim) {
    return new ProofDocument(31_337, REGISTRY, CREATOR, NAME, tree.root(), claim);
  }

  @Override
  public MerkleTree tree() {
    return tree;
  }

  @Override
  public BlobKind kind(int index) {
    return kinds.get(index);
  }

  @Override
  public KzgCommitment commitment(int index) {
    return commitments.get(index);
  }

  @Override
  public byte[] blob(int index) {
    return blobs.get(index);
  }
}
