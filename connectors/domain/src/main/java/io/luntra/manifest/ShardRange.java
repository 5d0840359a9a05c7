package io.luntra.manifest;

/**
 * A run of payload bytes: from {@code firstByte} of the payload of {@code firstShard} up to, and
 * not including, {@code endByte} of that of {@code lastShard}, with everything between. It may be
 * empty: a tensor that is the parent's has no payload.
 */
public record ShardRange(int firstShard, int firstByte, int lastShard, int endByte) {
  /** Of a tensor without elements. */
  public static final ShardRange EMPTY = new ShardRange(0, 0, 0, 0);

  public ShardRange {
    Checks.range("First shard", firstShard, 0, Integer.MAX_VALUE);
    Checks.range("First byte", firstByte, 0, Integer.MAX_VALUE);
    Checks.range("Last shard", lastShard, firstShard, Integer.MAX_VALUE);
    Checks.range("End byte", endByte, firstShard == lastShard ? firstByte : 0, Integer.MAX_VALUE);
  }
}
