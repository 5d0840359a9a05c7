package io.luntra.jobs;

import io.luntra.devnet.Devnet;
import java.math.BigInteger;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The blocks of a devnet that mines on demand: none before the first blob transaction is pending,
 * then several a second at a base fee far above what it can pay.
 */
final class FeeJump implements AutoCloseable {
  private static final BigInteger BASE_FEE = BigInteger.valueOf(20_000_000_000L);
  private static final int BLOCK_MILLIS = 200;

  private final ScheduledExecutorService miner = Executors.newSingleThreadScheduledExecutor();

  private FeeJump() {}

  static FeeJump on(Devnet devnet) {
    FeeJump jump = new FeeJump();
    DevnetNode node = new DevnetNode(devnet.anvil().rpcUrl());
    var unused =
        jump.miner.scheduleWithFixedDelay(
            () -> {
              if (devnet.gate().acceptedTransactions().stream().anyMatch(t -> t.type() == 3)) {
                node.ask("anvil_setNextBlockBaseFeePerGas", DevnetNode.hex(BASE_FEE));
                node.ask("evm_mine");
              }
            },
            BLOCK_MILLIS,
            BLOCK_MILLIS,
            TimeUnit.MILLISECONDS);
    return jump;
  }

  /** Returns when no further block is mined. */
  @Override
  public void close() {
    miner.shutdownNow();
    try {
      if (!miner.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The miner does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
