package io.luntra.bench.publish;

import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pool of blob transactions of a node, with the rules of geth. */
final class SimulatedPool {
  private static final int MAX_PENDING = 16;
  private static final long MIN_GAS = 21_000;

  private final long chainId;
  private final BigInteger firstBalance;
  private final Map<String, Account> accounts = new HashMap<>();

  /** An account: its nonce and balance on chain, and what is pending by nonce. */
  private static final class Account {
    private final TreeMap<Long, Pending> pending = new TreeMap<>();
    private long nonce;
    private BigInteger balance;

    Account(BigInteger balance) {
      this.balance = balance;
    }
  }

  /**
   * A transaction that no block took so far.
   *
   * @param acceptedSlot in which the pool first had a transaction with its nonce
   */
  record Pending(SignedBlobTransaction transaction, long acceptedSlot) {
    /** The most it can cost, in wei. */
    BigInteger worstCase() {
      BlobTransaction caps = transaction.transaction();
      return caps.maxFeePerGas()
          .multiply(BigInteger.valueOf(caps.gasLimit()))
          .add(caps.maxFeePerBlobGas().multiply(BigInteger.valueOf(blobGas(transaction))));
    }
  }

  /** A transaction that the pool does not take, and why. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /**
   * @param firstBalance of every account, in wei
   */
  SimulatedPool(long chainId, BigInteger firstBalance) {
    this.chainId = chainId;
    this.firstBalance = firstBalance;
  }

  static long blobGas(SignedBlobTransaction transaction) {
    return BlobMarket.GAS_PER_BLOB * transaction.transaction().blobVersionedHashes().size();
  }

  private Account account(String address) {
    return accounts.computeIfAbsent(address, any -> new Account(firstBalance));
  }

  long nonce(String address) {
    return account(address).nonce;
  }

  long pendingNonce(String address) {
    Account account = account(address);
    return account.nonce + account.pending.size();
  }

  BigInteger balance(String address) {
    return account(address).balance;
  }

  /** Takes a transaction in, in place of one with the same nonce where there is one. */
  void add(SignedBlobTransaction signed, long slot) throws RefusedException {
    BlobTransaction transaction = signed.transaction();
    Account account = account(signed.sender());
    check(transaction.chainId() == chainId, "invalid sender: another chain");
    check(transaction.gasLimit() >= MIN_GAS, "intrinsic gas too low");
    check(
        transaction.maxPriorityFeePerGas().signum() > 0
            && transaction.maxFeePerBlobGas().signum() > 0,
        "transaction underpriced");
    check(transaction.nonce() >= account.nonce, "nonce too low");
    check(transaction.nonce() <= account.nonce + account.pending.size(), "nonce too high");
    Pending old = account.pending.get(transaction.nonce());
    if (old == null) {
      check(account.pending.size() < MAX_PENDING, "account limit exceeded");
    } else {
      check(!old.transaction().equals(signed), "already known");
      check(replaces(transaction, old.transaction().transaction()), "replacement underpriced");
    }
    Pending added = new Pending(signed, old == null ? slot : old.acceptedSlot());
    BigInteger committed =
        account.pending.values().stream()
            .filter(other -> other.transaction().transaction().nonce() != transaction.nonce())
            .map(Pending::worstCase)
            .reduce(added.worstCase(), BigInteger::add);
    check(committed.compareTo(account.balance) <= 0, "insufficient funds");
    account.pending.put(transaction.nonce(), added);
  }

  private static boolean replaces(BlobTransaction transaction, BlobTransaction old) {
    return isDoubled(transaction.maxFeePerGas(), old.maxFeePerGas())
        && isDoubled(transaction.maxPriorityFeePerGas(), old.maxPriorityFeePerGas())
        && isDoubled(transaction.maxFeePerBlobGas(), old.maxFeePerBlobGas());
  }

  private static boolean isDoubled(BigInteger cap, BigInteger old) {
    return cap.compareTo(old.shiftLeft(1)) >= 0;
  }

  private static void check(boolean condition, String refusal) throws RefusedException {
    if (!condition) {
      throw new RefusedException(refusal);
    }
  }

  Optional<SignedBlobTransaction> find(String hash) {
    return accounts.values().stream()
        .flatMap(account -> account.pending.values().stream())
        .map(Pending::transaction)
        .filter(transaction -> transaction.hash().toHex().equals(hash))
        .findFirst();
  }

  /** The next of each account: no other of it can be included before. */
  List<Pending> next() {
    return accounts.values().stream()
        .filter(account -> !account.pending.isEmpty())
        .map(account -> account.pending.firstEntry().getValue())
        .sorted((a, b) -> a.transaction().sender().compareTo(b.transaction().sender()))
        .toList();
  }

  /** A block took it, at so much in all. */
  void included(Pending pending, BigInteger cost) {
    Account account = account(pending.transaction().sender());
    account.pending.remove(pending.transaction().transaction().nonce());
    account.nonce++;
    account.balance = account.balance.subtract(cost);
  }
}
