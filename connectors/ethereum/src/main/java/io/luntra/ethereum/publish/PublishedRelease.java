package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.release.ReleaseName;

/**
 * A release that is sealed on chain.
 *
 * @param key the staged release's key
 * @param releaseId Keccak-256 of abi.encode(creator, model, version)
 * @param outcome whether this run sealed it
 */
public record PublishedRelease(
    String key, ReleaseName name, Bytes32 releaseId, Bytes32 merkleRoot, Outcome outcome) {
  /** Who sealed a release. */
  public enum Outcome {
    /** This run. */
    SEALED,
    /** An earlier one: nothing was sent. */
    STOOD_ALREADY
  }
}
