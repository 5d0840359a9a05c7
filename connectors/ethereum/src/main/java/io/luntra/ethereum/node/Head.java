package io.luntra.ethereum.node;

import io.luntra.blob.Bytes32;

/**
 * The newest block that a node shows.
 *
 * @param timestamp seconds since 1970
 * @param confirmed number of the newest block that counts as one that stays; −1 for none
 */
public record Head(long number, Bytes32 hash, long timestamp, long confirmed) {}
