package io.luntra.manifest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.luntra.blob.BlobPacker;
import io.luntra.blob.BlobPacking;
import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Writes a manifest as a stream: each artifact followed by its tensors in offset order, then each
 * shard. The same entries give the same bytes. Not for several threads.
 *
 * <p>To get blobs: {@code new ManifestWriter(packer::write)} over a {@link BlobPacker}, which is to
 * be flushed after {@link #finish}.
 */
public final class ManifestWriter {
  private static final byte[] HEAD = "{\"entries\":[".getBytes(US_ASCII);

  private final Consumer<byte[]> sink;
  private final LayoutCheck layout = new LayoutCheck();
  private final List<PartReference> parts = new ArrayList<>();
  private final ByteArrayOutputStream open = new ByteArrayOutputStream();
  private PartKind openKind = PartKind.ARTIFACTS;
  private long offset;
  private boolean finished;

  /**
   * Starts a manifest.
   *
   * @param parts takes each finished part's bytes, at most 1 MiB, in order, and owns the array
   */
  public ManifestWriter(Consumer<byte[]> parts) {
    this.sink = Objects.requireNonNull(parts, "parts");
  }

  /**
   * Appends an entry.
   *
   * @throws InvalidInputException when it does not fit the ones before; see FORMAT.md
   */
  public void add(ManifestEntry entry) {
    requireOpen();
    layout.entry(entry);
    PartKind kind = entry instanceof ShardEntry ? PartKind.SHARDS : PartKind.ARTIFACTS;
    byte[] json = CanonicalJson.write(EntryJson.write(entry));
    int separator = 1;
    boolean full =
        open.size() + separator + json.length + tail(kind).length > ManifestLimits.MAX_PART_BYTES;
    if (kind != openKind || full) {
      close();
      openKind = kind;
    }
    if (open.size() == 0) {
      open.writeBytes(HEAD);
    } else {
      open.write(',');
    }
    open.writeBytes(json);
  }

  /**
   * Writes the last part.
   *
   * @return the root, which {@link RootManifest#toBlobs} packs
   * @throws InvalidInputException when shards do not cover all artifacts, or there are none
   */
  public RootManifest finish(ReleaseDescription release) {
    requireOpen();
    finished = true;
    ReleaseTotals totals = layout.finish(release.parent().isPresent());
    close();
    return new RootManifest(release, totals, BlobPacking.blobsFor(offset), parts);
  }

  private void close() {
    if (open.size() == 0) {
      return;
    }
    open.writeBytes(tail(openKind));
    byte[] part = open.toByteArray();
    open.reset();
    parts.add(new PartReference(openKind, sha256(part), offset, part.length));
    offset += part.length;
    sink.accept(part);
  }

  private void requireOpen() {
    if (finished) {
      throw new IllegalStateException("The manifest is finished");
    }
  }

  static byte[] tail(PartKind kind) {
    return "],\"kind\":\"%s\",\"version\":%d}"
        .formatted(kind.word(), ManifestLimits.FORMAT_VERSION)
        .getBytes(US_ASCII);
  }

  static Bytes32 sha256(byte[] bytes) {
    try {
      return new Bytes32(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
