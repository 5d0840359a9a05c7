package io.luntra.ethereum.source;

/**
 * A blob of a shard whose bytes are what was published.
 *
 * @param release index of the release in the job
 * @param index position in the shard
 * @param blobsInShard how many the shard has
 * @param blob 131,072 bytes
 */
public record FetchedBlob(int release, int shard, int index, int blobsInShard, byte[] blob) {}
