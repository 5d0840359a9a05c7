package io.luntra.manifest;

import io.luntra.blob.BlobPacking;
import io.luntra.kzg.KzgCommitment;
import java.util.List;

/**
 * A shard: the payload of consecutive blobs, which is its encoded chunks one after the other.
 *
 * @param index position in the release, from 0
 * @param firstBlob position of its first blob among the data blobs of the release
 * @param payloadBytes bytes of payload; the rest of the last blob is zero
 * @param commitments of its blobs, up to 512 and none where all chunks are the parent's; a
 *     versioned hash follows from each
 * @param chunks in payload order, 1 to 16,384
 */
public record ShardEntry(
    int index,
    int firstBlob,
    int payloadBytes,
    List<KzgCommitment> commitments,
    List<ChunkReference> chunks)
    implements ManifestEntry {
  public ShardEntry {
    Checks.range("Index of a shard", index, 0, Integer.MAX_VALUE);
    Checks.range("Blobs of a shard", commitments.size(), 0, ManifestLimits.MAX_SHARD_BLOBS);
    Checks.range("Chunks of a shard", chunks.size(), 1, ManifestLimits.MAX_SHARD_CHUNKS);
    Checks.range("First blob", firstBlob, 0, Integer.MAX_VALUE - (long) commitments.size());
    commitments = List.copyOf(commitments);
    chunks = List.copyOf(chunks);
    Checks.range("Payload of a shard", payloadBytes, 0, Integer.MAX_VALUE);
    Checks.equal(
        "Number of blobs of shard " + index,
        commitments.size(),
        BlobPacking.blobsFor(payloadBytes));
    long encoded = 0;
    long decoded = 0;
    for (ChunkReference chunk : chunks) {
      encoded += chunk.encodedLength();
      decoded += chunk.length();
    }
    Checks.range("Decoded shard " + index, decoded, 1, ManifestLimits.MAX_SHARD_BYTES);
    Checks.equal("Payload of shard " + index, (long) payloadBytes, encoded);
  }
}
