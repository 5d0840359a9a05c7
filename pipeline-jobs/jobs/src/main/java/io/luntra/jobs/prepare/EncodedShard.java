package io.luntra.jobs.prepare;

import io.luntra.release.ChunkSlice;
import java.util.List;

/**
 * What became of a shard.
 *
 * @param blobs number of blobs that hold its payload
 * @param payloadBytes size of its encoded chunks together
 * @param encodedBytes size of each encoded chunk
 */
public record EncodedShard(
    int shard, int blobs, long payloadBytes, List<ChunkSlice> chunks, List<Integer> encodedBytes) {}
