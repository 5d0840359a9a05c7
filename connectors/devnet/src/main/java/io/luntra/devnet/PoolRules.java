package io.luntra.devnet;

import java.math.BigInteger;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The rules by which public pools take a transaction of one sender, given what of that sender is in
 * flight: go-ethereum's {@code core/txpool/validation.go} and {@code blobpool}. Gaps are refused
 * for every type, for a transaction behind one would only be queued.
 */
final class PoolRules {
  static final int MAX_IN_FLIGHT = 16;

  /** EIP-7825. */
  private static final long MAX_GAS = 1 << 24;

  private final NavigableMap<Long, PooledTransaction> inFlight = new TreeMap<>();

  Collection<PooledTransaction> inFlight() {
    return inFlight.values();
  }

  /** Records a transaction that the node took, in place of one with the same nonce. */
  void add(PooledTransaction transaction) {
    inFlight.put(transaction.nonce(), transaction);
  }

  /** Forgets what is mined. */
  void forgetBelow(long minedNonce) {
    inFlight.headMap(minedNonce).clear();
  }

  /** Forgets a transaction that the node no longer knows: dropped, or reorganised away. */
  void forget(PooledTransaction transaction) {
    inFlight.remove(transaction.nonce(), transaction);
  }

  /**
   * @param minedNonce number of the sender's mined transactions
   * @param balance wei at the head
   * @throws PoolRefusal when the pool would not take it
   */
  void check(PooledTransaction transaction, long minedNonce, BigInteger balance) {
    requireSaneFees(transaction);
    PooledTransaction previous = inFlight.get(transaction.nonce());
    if (previous != null && previous.hash().equals(transaction.hash())) {
      throw new PoolRefusal("already known");
    }
    if (inFlight.values().stream().anyMatch(other -> other.isBlob() != transaction.isBlob())) {
      throw new PoolRefusal("address already reserved");
    }
    requireNonce(transaction.nonce(), minedNonce);
    requireBalance(transaction, previous, balance);
    if (transaction.isBlob()) {
      if (previous != null) {
        requireDoubled(transaction, previous);
      } else if (inFlight.size() >= MAX_IN_FLIGHT) {
        throw new PoolRefusal("account limit exceeded: pooled %d txs".formatted(inFlight.size()));
      }
    }
  }

  private static void requireSaneFees(PooledTransaction transaction) {
    if (transaction.gasLimit() > MAX_GAS) {
      throw new PoolRefusal(
          "transaction gas limit too high (cap: %d, tx: %d)"
              .formatted(MAX_GAS, transaction.gasLimit()));
    }
    if (transaction.feeCap().compareTo(transaction.tip()) < 0) {
      throw new PoolRefusal("max priority fee per gas higher than max fee per gas");
    }
    if (transaction.isBlob() && transaction.blobFeeCap().signum() == 0) {
      throw new PoolRefusal(
          "transaction gas price below minimum: blob fee cap 0, minimum needed 1");
    }
  }

  private void requireNonce(long nonce, long minedNonce) {
    if (nonce < minedNonce) {
      throw new PoolRefusal(
          "nonce too low: next nonce %d, tx nonce %d".formatted(minedNonce, nonce));
    }
    long firstGap = minedNonce;
    while (inFlight.containsKey(firstGap)) {
      firstGap++;
    }
    if (nonce > firstGap) {
      throw new PoolRefusal(
          "nonce too high: tx nonce %d, gapped nonce %d".formatted(nonce, firstGap));
    }
  }

  private void requireBalance(
      PooledTransaction transaction, PooledTransaction previous, BigInteger balance) {
    BigInteger queued =
        inFlight.values().stream()
            .filter(other -> previous == null || other.nonce() != previous.nonce())
            .map(PooledTransaction::worstCost)
            .reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger needed = queued.add(transaction.worstCost());
    if (balance.compareTo(needed) < 0) {
      throw new PoolRefusal(
          ("insufficient funds for gas * price + value: balance %d, queued cost %d, tx cost %d,"
                  + " overshot %d")
              .formatted(balance, queued, transaction.worstCost(), needed.subtract(balance)));
    }
  }

  private static void requireDoubled(PooledTransaction next, PooledTransaction previous) {
    requireDoubled("gas tip cap", next.tip(), previous.tip());
    requireDoubled("gas fee cap", next.feeCap(), previous.feeCap());
    requireDoubled("blob gas fee cap", next.blobFeeCap(), previous.blobFeeCap());
  }

  private static void requireDoubled(String what, BigInteger next, BigInteger previous) {
    if (next.compareTo(previous.shiftLeft(1)) < 0) {
      throw new PoolRefusal(
          "replacement transaction underpriced: new tx %s %d < %d queued + 100%% replacement penalty"
              .formatted(what, next, previous));
    }
  }
}
