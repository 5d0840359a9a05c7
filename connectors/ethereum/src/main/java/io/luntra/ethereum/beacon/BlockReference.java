package io.luntra.ethereum.beacon;

import io.luntra.blob.Bytes32;
import java.util.Objects;

/**
 * A block of the execution chain.
 *
 * @param timestamp seconds since 1970
 */
public record BlockReference(long number, Bytes32 hash, long timestamp) {
  public BlockReference {
    Objects.requireNonNull(hash, "hash");
    if (number < 0 || timestamp < 0) {
      throw new IllegalArgumentException("Block " + number + " at second " + timestamp);
    }
  }

  @Override
  public String toString() {
    return "block " + number + " (" + hash + ")";
  }
}
