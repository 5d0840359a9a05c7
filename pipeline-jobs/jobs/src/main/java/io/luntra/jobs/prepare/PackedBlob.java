package io.luntra.jobs.prepare;

/**
 * A blob of a shard, before its commitment.
 *
 * @param release index of the release in the job
 * @param index position in the shard
 */
public record PackedBlob(int release, int shard, int index, byte[] blob) {}
