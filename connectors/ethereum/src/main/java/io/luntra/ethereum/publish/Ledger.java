package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JournaledBatch;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/** What the releases of a publication cost so far: what stands in blocks, reverted or not. */
final class Ledger {
  /** A place in an account's order of transactions, which is paid for once. */
  private record Slot(String account, long nonce) {}

  private final Map<Slot, BigInteger> paid = new HashMap<>();
  private BigInteger spent = BigInteger.ZERO;

  void paid(JournaledBatch batch) {
    takenBack(batch);
    BigInteger cost = batch.inclusion().map(Inclusion::costWei).orElse(BigInteger.ZERO);
    paid.put(new Slot(batch.account(), batch.nonce()), cost);
    spent = spent.add(cost);
  }

  void takenBack(JournaledBatch batch) {
    BigInteger before = paid.remove(new Slot(batch.account(), batch.nonce()));
    if (before != null) {
      spent = spent.subtract(before);
    }
  }

  /** In wei. */
  BigInteger spent() {
    return spent;
  }
}
