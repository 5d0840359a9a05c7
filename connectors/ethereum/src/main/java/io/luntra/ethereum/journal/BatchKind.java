package io.luntra.ethereum.journal;

/** Which call of the registry a batch's transaction makes. */
public enum BatchKind {
  OPEN,
  APPEND,
  SEAL
}
