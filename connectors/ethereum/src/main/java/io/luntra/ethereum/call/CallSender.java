package io.luntra.ethereum.call;

import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.node.CallReceipt;
import io.luntra.ethereum.node.FeeMarket;
import io.luntra.ethereum.node.Head;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.NodeException;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.node.RevertedException;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.transaction.CallTransaction;
import io.luntra.ethereum.transaction.SignedCallTransaction;
import io.luntra.failure.LuntraException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sends ordinary transactions of one account, one at a time. A transaction is journaled before it
 * is sent, and stays journaled until {@link #acknowledge}: who asks for the same once more before
 * that gets what came of the first, also after a crash.
 */
public final class CallSender implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  /** A node may know of a block before it knows its receipts: one slot is waited for them. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(12);

  private static final int TIP_PERCENTILE = 50;
  private static final BigInteger MIN_TIP = BigInteger.valueOf(10_000_000);

  private final Node node;
  private final Signer signer;
  private final Network network;
  private final CallJournal journal;
  private final CallPolicy policy;
  private final Pacer pacer;
  private final Consumer<String> progress;
  private final ContractErrors errors = ContractErrors.ofThisBuild();

  private CallSender(
      Node node,
      Signer signer,
      Network network,
      CallJournal journal,
      CallPolicy policy,
      Pacer pacer,
      Consumer<String> progress) {
    this.node = node;
    this.signer = signer;
    this.network = network;
    this.journal = journal;
    this.policy = policy;
    this.pacer = pacer;
    this.progress = progress;
  }

  /**
   * Takes hold of an account.
   *
   * @param journals folder of what is under way
   * @param progress is told in a few words what happens
   * @throws io.luntra.failure.InvalidInputException when another process sends from the account
   */
  public static CallSender open(
      Node node,
      Signer signer,
      Path journals,
      CallPolicy policy,
      Pacer pacer,
      Consumer<String> progress)
      throws InterruptedException {
    Network network = new Network(node.chainId(), node.genesisHash());
    CallJournal journal = CallJournal.open(journals, network, signer.address());
    return new CallSender(node, signer, network, journal, policy, pacer, progress);
  }

  /** The account, 0x and 40 lower-case digits. */
  public String account() {
    return signer.address();
  }

  /** What a call would cost at most. */
  public record Quote(long gasLimit, BigInteger maxFeePerGas, BigInteger tip, BigInteger value) {
    /** In wei: what it brings, and all of the gas at the fee cap. */
    public BigInteger worstCase() {
      return maxFeePerGas.multiply(BigInteger.valueOf(gasLimit)).add(value);
    }
  }

  /**
   * Tries a call on the newest block, without sending it.
   *
   * @throws LuntraException when the contract would refuse it, or it would cost more than the
   *     policy allows, or the account has
   */
  public Quote quote(ContractCall call) throws InterruptedException {
    long gas;
    try {
      gas = node.estimateGas(account(), call.to(), call.value(), call.data());
    } catch (RevertedException e) {
      throw refused(call, e);
    }
    FeeMarket market = node.feeMarket(TIP_PERCENTILE);
    BigInteger tip = market.tip().max(MIN_TIP);
    BigInteger fee = market.baseFee().add(tip);
    if (fee.compareTo(policy.maxFeePerGas()) > 0) {
      throw new LuntraException(
          "%s: the next block asks for %s gwei per gas, at most %s were allowed"
              .formatted(call.purpose(), gwei(fee), gwei(policy.maxFeePerGas())));
    }
    Quote quote =
        new Quote(
            gas + gas / 5,
            market.baseFee().shiftLeft(1).add(tip).min(policy.maxFeePerGas()),
            tip,
            call.value());
    if (quote.worstCase().compareTo(policy.budget()) > 0) {
      throw new LuntraException(
          "%s: could cost %s ETH, at most %s were allowed"
              .formatted(call.purpose(), ether(quote.worstCase()), ether(policy.budget())));
    }
    BigInteger balance = node.balance(account());
    if (quote.worstCase().compareTo(balance) > 0) {
      throw new LuntraException(
          "%s: could cost %s ETH, account %s has %s"
              .formatted(call.purpose(), ether(quote.worstCase()), account(), ether(balance)));
    }
    return quote;
  }

  /**
   * Sends a call and waits until it stands on chain; or finishes what was sent for the same
   * purpose.
   *
   * @throws LuntraException when the contract refuses it, it would cost too much, or it is still
   *     pending when patience ends: then the same call again waits on
   */
  public SentCall send(ContractCall call) throws InterruptedException {
    Optional<SentCall> earlier = resume(call.purpose());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Optional<CallJournal.Entry> other = journal.entry();
    if (other.isPresent()) {
      waitFor(other.get());
      journal.clear();
    }
    Quote quote = quote(call);
    long nonce = node.nonce(account());
    long pending = node.pendingNonce(account());
    if (pending > nonce) {
      throw new LuntraException(
          "Account %s has %d transactions pending that are not journaled here: wait until they are"
                  .formatted(account(), pending - nonce)
              + " in a block, or send from another account");
    }
    CallTransaction transaction =
        new CallTransaction(
            network.chainId(),
            nonce,
            quote.tip(),
            quote.maxFeePerGas(),
            quote.gasLimit(),
            call.to(),
            call.value(),
            call.data());
    CallJournal.Entry entry = new CallJournal.Entry(call.purpose(), signer.sign(transaction));
    journal.write(entry);
    broadcast(entry);
    progress.accept("%s: sent %s".formatted(call.purpose(), entry.transaction().hash()));
    Optional<CallReceipt> receipt = await(entry);
    if (receipt.isEmpty()) {
      journal.clear();
      throw new LuntraException(
          "%s: another transaction of account %s took nonce %d; transaction %s came to nothing"
              .formatted(call.purpose(), account(), nonce, entry.transaction().hash()));
    }
    return settled(entry, receipt.get(), false);
  }

  /**
   * What came of a call that an earlier run sent for this purpose, and that nobody acknowledged;
   * empty where there is none. Fails as {@link #send}.
   */
  public Optional<SentCall> resume(String purpose) throws InterruptedException {
    Optional<CallJournal.Entry> earlier = journal.entry();
    if (earlier.isEmpty() || !earlier.get().purpose().equals(purpose)) {
      return Optional.empty();
    }
    Optional<CallReceipt> receipt = waitFor(earlier.get());
    if (receipt.isEmpty()) {
      journal.clear();
      return Optional.empty();
    }
    return Optional.of(settled(earlier.get(), receipt.get(), true));
  }

  private Optional<CallReceipt> waitFor(CallJournal.Entry entry) throws InterruptedException {
    progress.accept("%s was sent before: %s".formatted(entry.purpose(), entry.transaction()));
    return await(entry);
  }

  /** The user has seen what came of the last call: the next one is another. */
  public void acknowledge() {
    journal.clear();
  }

  private SentCall settled(CallJournal.Entry entry, CallReceipt receipt, boolean resumed)
      throws InterruptedException {
    if (!receipt.succeeded()) {
      journal.clear();
      throw new LuntraException(
          "%s: transaction %s failed in block %d%s; its gas cost %s ETH"
              .formatted(
                  entry.purpose(),
                  receipt.transaction(),
                  receipt.blockNumber(),
                  reason(entry.transaction().transaction()),
                  ether(receipt.cost())));
    }
    return new SentCall(entry.transaction(), receipt, resumed);
  }

  /** What the contract would say now. */
  private String reason(CallTransaction call) throws InterruptedException {
    try {
      node.estimateGas(account(), call.to(), call.value(), call.data());
      return "";
    } catch (RevertedException e) {
      return ": " + errors.describe(e.reason());
    } catch (NodeException e) {
      return "";
    }
  }

  /** The receipt, once its block stays; empty when another transaction took the nonce. */
  private Optional<CallReceipt> await(CallJournal.Entry entry) throws InterruptedException {
    SignedCallTransaction transaction = entry.transaction();
    Instant end = pacer.now().plus(policy.patience());
    Optional<Instant> missing = Optional.empty();
    while (true) {
      Optional<CallReceipt> receipt = node.receipt(transaction);
      Head head = node.head(policy.confirmation());
      if (receipt.isPresent() && receipt.get().blockNumber() <= head.confirmed()) {
        return receipt;
      }
      if (receipt.isPresent()) {
        missing = Optional.empty();
      } else if (node.nonce(account()) > transaction.transaction().nonce()) {
        missing = missing.or(() -> Optional.of(pacer.now()));
        if (!pacer.now().isBefore(missing.get().plus(LOST_AFTER))) {
          return Optional.empty();
        }
      } else if (!node.knows(transaction.hash())) {
        broadcast(entry);
      }
      if (!pacer.now().isBefore(end)) {
        throw new LuntraException(
            "%s: transaction %s is %s after %d s. Run the same command again: it waits on, and sends"
                    .formatted(
                        entry.purpose(),
                        transaction.hash(),
                        receipt.isPresent() ? "not final" : "in no block",
                        policy.patience().toSeconds())
                + " nothing new");
      }
      pacer.pause(POLL);
    }
  }

  private void broadcast(CallJournal.Entry entry) throws InterruptedException {
    node.send(entry.transaction().bytes(), entry.transaction().hash(), entry.purpose());
  }

  private LuntraException refused(ContractCall call, RevertedException e) {
    return new LuntraException(
        "%s: contract %s refuses it: %s"
            .formatted(call.purpose(), call.to(), errors.describe(e.reason())),
        e);
  }

  private static String gwei(BigInteger wei) {
    return new BigDecimal(wei).movePointLeft(9).stripTrailingZeros().toPlainString();
  }

  private static String ether(BigInteger wei) {
    return new BigDecimal(wei).movePointLeft(18).stripTrailingZeros().toPlainString();
  }

  @Override
  public void close() {
    journal.close();
  }
}
