package io.luntra.ethereum.model;

import java.util.List;

/** What an account may do for a model, in the order of the contract; each what those before may. */
public enum Role {
  NONE,
  /** Opens releases, seals those that it opened, moves branches. */
  PUBLISHER,
  /** Says what became of a release, sets tags, deletes branches. */
  MAINTAINER,
  /** Gives and takes roles, transfers the model. */
  OWNER;

  private static final List<Role> BY_NUMBER = List.of(NONE, PUBLISHER, MAINTAINER, OWNER);

  /** Largest number in the contract. */
  static final int LAST = BY_NUMBER.size() - 1;

  static Role of(int number) {
    return BY_NUMBER.get(number);
  }

  int number() {
    return BY_NUMBER.indexOf(this);
  }
}
