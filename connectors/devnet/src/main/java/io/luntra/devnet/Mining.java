package io.luntra.devnet;

/** When the devnet makes a block. */
public enum Mining {
  /** As soon as a transaction arrives. Nothing becomes final unless more blocks follow. */
  ON_TRANSACTION,
  /** As soon as a transaction arrives, and every block time besides: blocks become final. */
  ON_TRANSACTION_AND_INTERVAL,
  /** Every block time, empty or not. */
  ON_INTERVAL,
  /** Only when asked by {@code evm_mine} or {@code anvil_mine}. */
  ON_DEMAND
}
