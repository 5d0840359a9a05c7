package io.luntra.devnet;

/** When the devnet makes a block. */
public enum Mining {
  /** As soon as a transaction arrives. Nothing becomes final unless more blocks follow. */
  ON_TRANSACTION,
  /** Every block time, empty or not. */
  ON_INTERVAL,
  /** Only when asked by {@code evm_mine} or {@code anvil_mine}. */
  ON_DEMAND
}
