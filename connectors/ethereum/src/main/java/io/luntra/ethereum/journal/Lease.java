package io.luntra.ethereum.journal;

import java.util.Objects;

/**
 * The right to sign for an account. Whoever gets it next has a higher fence, and from then on
 * nothing is journaled under this one: so nothing new is signed under it that could be sent.
 */
public record Lease(Network network, String account, long fence, LeaseHolder holder) {
  public Lease {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(holder, "holder");
  }
}
