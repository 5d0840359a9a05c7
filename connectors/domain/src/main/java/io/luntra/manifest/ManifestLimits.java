package io.luntra.manifest;

/** Limits of manifest format version 2 (FORMAT.md, manifest). */
public final class ManifestLimits {
  /** The version that is written, and the only one that is read. */
  public static final int FORMAT_VERSION = 2;

  /** Most blobs of a root manifest: what one transaction carries. */
  public static final int MAX_ROOT_BLOBS = 6;

  /** Most bytes of a part. */
  public static final int MAX_PART_BYTES = 1 << 20;

  public static final int MAX_ARTIFACTS = 1 << 16;
  public static final int MAX_TENSORS = 1 << 20;
  public static final int MAX_SHARD_BLOBS = 1 << 9;
  public static final int MAX_SHARD_CHUNKS = 1 << 14;

  /** Most bytes of a chunk when it is decoded, and of all chunks of a shard. */
  public static final int MAX_CHUNK_BYTES = 1 << 24;

  public static final int MAX_SHARD_BYTES = 1 << 26;

  /** Most UTF-16 units of a tensor's name. */
  public static final int MAX_NAME_LENGTH = 1 << 12;

  public static final int MAX_RANK = 64;

  /** Most releases that a release may be rebuilt from, one after the other. */
  public static final int MAX_PARENTS = 8;

  /** Largest integer that every JSON reader keeps exactly (RFC 8785, I-JSON). */
  public static final long MAX_INTEGER = (1L << 53) - 1;

  private ManifestLimits() {}
}
