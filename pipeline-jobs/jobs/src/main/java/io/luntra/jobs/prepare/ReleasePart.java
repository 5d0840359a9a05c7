package io.luntra.jobs.prepare;

/**
 * What the end of preparing a release must know: of a shard, how it was encoded, or of a blob, its
 * commitment. The other part is null.
 */
public record ReleasePart(int release, EncodedShard shard, CommittedBlob blob) {

  /** A staged blob of a shard. */
  public record CommittedBlob(int shard, int index, byte[] commitment) {}
}
