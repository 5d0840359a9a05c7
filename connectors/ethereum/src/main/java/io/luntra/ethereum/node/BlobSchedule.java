package io.luntra.ethereum.node;

/**
 * Blobs of a block at the current fork (EIP-7840, EIP-7892).
 *
 * @param target above which the blob base fee rises
 * @param max most blobs
 */
public record BlobSchedule(int target, int max) {}
