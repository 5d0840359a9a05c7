package io.luntra.ethereum.identity;

import io.luntra.ethereum.attestation.IdentityName;

/**
 * What came of checking one name of an account.
 *
 * @param how it was verified, or why it was not; safe to print
 */
public record IdentityFinding(IdentityName identity, Outcome outcome, String how) {
  /** What came of it. */
  public enum Outcome {
    /** Who has the name, or whom the user trusts, says so. */
    VERIFIED,
    /** Who has the name says otherwise. */
    CONTRADICTED,
    /** Nobody who would know says anything, or could be asked. */
    UNVERIFIED
  }

  public boolean isVerified() {
    return outcome == Outcome.VERIFIED;
  }
}
