package io.luntra.ethereum.history;

import io.luntra.ethereum.license.Use;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The latest terms that a release is sold on.
 *
 * @param version of the terms, from 1
 * @param uses what a license allows
 * @param currency address of an ERC-20 token; empty for ether
 * @param price in wei or in the token's smallest unit, for those who show no class
 * @param durationSeconds that a license lasts; 0 for good
 */
public record ReleaseOffer(
    long version,
    List<Use> uses,
    Optional<String> currency,
    BigInteger price,
    long durationSeconds) {
  public ReleaseOffer {
    uses = List.copyOf(uses);
    Objects.requireNonNull(currency, "currency");
    Objects.requireNonNull(price, "price");
  }
}
