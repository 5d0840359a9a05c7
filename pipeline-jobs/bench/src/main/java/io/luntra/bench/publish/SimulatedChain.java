package io.luntra.bench.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.BlobTransaction;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.web3j.crypto.Hash;

/**
 * A chain that grows slot by slot: others offer blobs as a trace says, a builder takes whole
 * transactions by tip, the registry executes ours, and the blob fee follows.
 */
final class SimulatedChain {
  private static final BigInteger FIRST_BLOB_BASE_FEE = BigInteger.valueOf(20_000_000);

  private final ChainSettings settings;
  private final BaseFees baseFees;
  private final CompetingTransactions others;
  private final SimulatedPool pool;
  private final SimulatedRegistry registry = new SimulatedRegistry();
  private final List<SimulatedBlock> blocks = new ArrayList<>();
  private final Set<Long> missed = new HashSet<>();
  private long slot;

  /** Its first block is that of the slot before {@code firstSlot}. */
  SimulatedChain(ChainSettings settings, long firstSlot, Instant start) {
    this.settings = settings;
    this.baseFees = new BaseFees(settings.seed());
    this.others = new CompetingTransactions(settings.trace(), settings.seed());
    this.pool = new SimulatedPool(ChainSettings.CHAIN_ID, settings.balance());
    this.slot = firstSlot - 1;
    BlobMarket market = settings.market(slot);
    add(start, market, market.excessFor(FIRST_BLOB_BASE_FEE), List.of(), List.of());
  }

  /** A slot begins, with a block unless it is missed. */
  void slot(long number, Instant time) {
    slot = number;
    others.arrive(number);
    if (settings.missedSlots() && settings.trace().at(number).missed()) {
      missed.add(number);
      return;
    }
    build(time);
  }

  /** What a builder makes of the pool: the best tips first, each transaction whole or not. */
  private void build(Instant time) {
    BlobMarket market = settings.market(slot);
    long excess = nextExcess(market);
    BigInteger baseFee = nextBaseFee();
    BigInteger blobBaseFee = market.blobBaseFee(excess);
    List<CompetingTransactions.Offer> offers = others.waiting();
    offers.sort(Comparator.comparing(CompetingTransactions.Offer::tip).reversed());
    List<SimulatedBlock.Ours> ours = new ArrayList<>();
    List<CompetingTransactions.Offer> taken = new ArrayList<>();
    int room = market.max();
    boolean more = true;
    while (more) {
      SimulatedPool.Pending best = null;
      BigInteger tip = BigInteger.ONE.negate();
      for (SimulatedPool.Pending pending : pool.next()) {
        BlobTransaction transaction = pending.transaction().transaction();
        BigInteger offered = tip(transaction, baseFee);
        if (offered.signum() >= 0
            && transaction.maxFeePerBlobGas().compareTo(blobBaseFee) >= 0
            && transaction.blobVersionedHashes().size() <= room
            && offered.compareTo(tip) > 0) {
          best = pending;
          tip = offered;
        }
      }
      int left = room;
      offers.removeIf(offer -> offer.blobs() > left);
      if (!offers.isEmpty() && offers.get(0).tip().compareTo(tip) > 0) {
        CompetingTransactions.Offer offer = offers.remove(0);
        taken.add(offer);
        others.taken(offer);
        room -= offer.blobs();
      } else if (best != null) {
        SimulatedBlock.Ours included = execute(best, tip);
        ours.add(included);
        room -= included.blobs();
        pool.included(best, included.cost(baseFee, blobBaseFee));
      } else {
        more = false;
      }
    }
    add(time, market, excess, ours, taken);
  }

  /** Below 0 where the transaction does not pay the base fee. */
  private static BigInteger tip(BlobTransaction transaction, BigInteger baseFee) {
    return transaction.maxPriorityFeePerGas().min(transaction.maxFeePerGas().subtract(baseFee));
  }

  private SimulatedBlock.Ours execute(SimulatedPool.Pending pending, BigInteger tip) {
    BlobTransaction transaction = pending.transaction().transaction();
    SimulatedRegistry.Result result =
        transaction.to().equals(settings.registry())
            ? registry.execute(
                pending.transaction().sender(),
                transaction.data(),
                transaction.blobVersionedHashes(),
                blocks.size())
            : new SimulatedRegistry.Result(true, 21_000, false, List.of());
    return new SimulatedBlock.Ours(pending.transaction(), result, tip, pending.acceptedSlot());
  }

  private void add(
      Instant time,
      BlobMarket market,
      long excess,
      List<SimulatedBlock.Ours> ours,
      List<CompetingTransactions.Offer> taken) {
    int number = blocks.size();
    String name = "block %d of seed %d, slot %d".formatted(number, settings.seed(), slot);
    blocks.add(
        new SimulatedBlock(
            number,
            new Bytes32(Hash.sha3(name.getBytes(StandardCharsets.UTF_8))),
            slot,
            time.getEpochSecond(),
            market,
            baseFees.at(number),
            excess,
            market.blobBaseFee(excess),
            ours,
            taken));
  }

  private long nextExcess(BlobMarket market) {
    SimulatedBlock head = head();
    return market.nextExcess(head.excessBlobGas(), head.blobs(), head.baseFee());
  }

  SimulatedPool pool() {
    return pool;
  }

  SimulatedRegistry registry() {
    return registry;
  }

  ChainSettings settings() {
    return settings;
  }

  /** The slot that began last. */
  long slot() {
    return slot;
  }

  /** All blocks; a block's index is its number. */
  List<SimulatedBlock> blocks() {
    return blocks;
  }

  SimulatedBlock head() {
    return blocks.get(blocks.size() - 1);
  }

  /** Base fee of the block after the head. */
  BigInteger nextBaseFee() {
    return baseFees.at(blocks.size());
  }

  /** Blob base fee of the block after the head, if the next slot has it. */
  BigInteger nextBlobBaseFee() {
    BlobMarket market = settings.market(slot + 1);
    return market.blobBaseFee(nextExcess(market));
  }

  boolean isMissed(long number) {
    return missed.contains(number);
  }
}
