package io.luntra.manifest;

import io.luntra.blob.BlobPacker;
import io.luntra.tensor.DataType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Writes the manifest of a release of 640,000 blobs into a file and reads it back, each as a
 * stream: 3,200 shards of 200 blobs and 64 chunks, 12,800 tensors of 16 chunks. Prints one line.
 */
final class LargeManifest {
  private static final int SHARDS = 3200;
  private static final int SHARD_BLOBS = 200;
  private static final int SHARD_CHUNKS = 64;
  private static final int TENSOR_CHUNKS = 16;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int ENCODED_BYTES = SHARD_BLOBS * 130_048 / SHARD_CHUNKS;

  private LargeManifest() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    long start = System.nanoTime();
    RootManifest root = write(file);
    long written = System.nanoTime();
    List<byte[]> rootBlobs = root.toBlobs();
    long blobs = read(RootManifest.fromBlobs(rootBlobs), file);
    long read = System.nanoTime();
    System.out.printf(
        "blobs=%d manifestBlobs=%d manifestBytes=%d parts=%d rootBlobs=%d rootBytes=%d"
            + " writeMs=%d readMs=%d%n",
        blobs,
        root.manifestBlobs(),
        root.manifestBytes(),
        root.parts().size(),
        rootBlobs.size(),
        root.toJson().length,
        (written - start) / 1_000_000,
        (read - written) / 1_000_000);
  }

  private static RootManifest write(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      BlobPacker packer = new BlobPacker(blob -> append(out, blob));
      ManifestWriter writer = new ManifestWriter(packer::write);
      long bytes = (long) SHARDS * SHARD_CHUNKS * CHUNK_BYTES;
      writer.add(
          new ArtifactEntry("weights", bytes, SampleManifest.hash(1), SampleManifest.hash(2)));
      long tensorBytes = (long) TENSOR_CHUNKS * CHUNK_BYTES;
      int perShard = SHARD_CHUNKS / TENSOR_CHUNKS;
      for (int i = 0; i < SHARDS * perShard; i++) {
        int first = i % perShard * TENSOR_CHUNKS * ENCODED_BYTES;
        ShardRange range =
            new ShardRange(
                i / perShard, first, i / perShard, first + TENSOR_CHUNKS * ENCODED_BYTES);
        writer.add(
            SampleManifest.tensor(
                "model.layers." + i + ".mlp.weight",
                DataType.FP16,
                List.of(2048L, tensorBytes / 4096),
                i * tensorBytes,
                range));
      }
      for (int i = 0; i < SHARDS; i++) {
        ChunkReference[] chunks = new ChunkReference[SHARD_CHUNKS];
        for (int j = 0; j < SHARD_CHUNKS; j++) {
          long offset = ((long) i * SHARD_CHUNKS + j) * CHUNK_BYTES;
          chunks[j] = new ChunkReference(0, offset, CHUNK_BYTES, ENCODED_BYTES);
        }
        writer.add(SampleManifest.shard(i, i * SHARD_BLOBS, SHARD_BLOBS, chunks));
      }
      RootManifest root = writer.finish(SampleManifest.FULL);
      packer.flush();
      return root;
    }
  }

  private static long read(RootManifest root, Path file) throws IOException {
    long blobs = 0;
    try (InputStream in = Files.newInputStream(file)) {
      ManifestReader reader = ManifestReader.ofBlobs(root, new FileBlobs(in));
      while (reader.hasNext()) {
        if (reader.next() instanceof ShardEntry shard) {
          for (int i = 0; i < shard.commitments().size(); i++) {
            if (!shard.commitments().get(i).equals(SampleManifest.commitment((int) blobs))) {
              throw new IllegalStateException("Blob " + blobs);
            }
            blobs++;
          }
        }
      }
    }
    return blobs;
  }

  private static void append(OutputStream out, byte[] blob) {
    try {
      out.write(blob);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class FileBlobs implements Iterator<byte[]> {
    private final InputStream in;
    private byte[] next;

    FileBlobs(InputStream in) throws IOException {
      this.in = in;
      this.next = in.readNBytes(131_072);
    }

    @Override
    public boolean hasNext() {
      return next.length > 0;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      byte[] blob = next;
      try {
        next = in.readNBytes(131_072);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return blob;
    }
  }
}
