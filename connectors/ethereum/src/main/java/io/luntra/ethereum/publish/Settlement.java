package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.node.Head;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes note of what became of transactions: in a block, taken back, confirmed. */
final class Settlement {
  /** Behind a load balancer, one node may lag by a block or two: ask again before acting. */
  private static final int LAGGING_ANSWERS = 3;

  /** A nonce is used and none of our transactions of it is in a block: not a lag any more. */
  private static final Duration MISSING_LIMIT = Duration.ofMinutes(3);

  private static final Duration READ_BACK_AGAIN = Duration.ofSeconds(30);
  private static final int READ_BACK_BLOBS = 64;

  private final Session session;
  private final Map<String, Integer> lagging = new HashMap<>();
  private final Map<String, Instant> missing = new HashMap<>();
  private final Map<Long, Optional<Bytes32>> hashes = new HashMap<>();
  private Instant readBackAt = Instant.EPOCH;

  Settlement(Session session) {
    this.session = session;
  }

  /** Compares a lane with the chain; whether anything changed. */
  boolean settle(Lane lane) throws InterruptedException {
    if (lane.isIdle()) {
      return false;
    }
    long onChain = session.node().nonce(lane.account());
    if (onChain >= firstInFlight(lane)) {
      lagging.remove(lane.account());
    } else if (!takeBack(lane, onChain)) {
      return false;
    }
    boolean any = false;
    while (!lane.inFlight().isEmpty() && lane.inFlight().peekFirst().batch().nonce() < onChain) {
      InFlight flight = lane.inFlight().peekFirst();
      Optional<Node.Receipt> receipt = receipt(flight.batch());
      if (receipt.isEmpty()) {
        requireOurs(lane, flight, onChain);
        break;
      }
      missing.remove(lane.account());
      include(lane, flight, receipt.get());
      any = true;
    }
    return any;
  }

  private static long firstInFlight(Lane lane) {
    return lane.inFlight().isEmpty()
        ? lane.nextNonce()
        : lane.inFlight().peekFirst().batch().nonce();
  }

  private Optional<Node.Receipt> receipt(JournaledBatch batch) throws InterruptedException {
    List<SignedBlobTransaction> attempts = batch.attempts();
    for (int i = attempts.size() - 1; i >= 0; i--) {
      Optional<Node.Receipt> receipt = session.node().receipt(attempts.get(i));
      if (receipt.isPresent()) {
        return receipt;
      }
    }
    return Optional.empty();
  }

  private void requireOurs(Lane lane, InFlight flight, long onChain) {
    Instant since = missing.computeIfAbsent(lane.account(), account -> session.now());
    if (session.now().isAfter(since.plus(MISSING_LIMIT))) {
      throw new PublishStoppedException(
          "No receipt, though account %s is at nonce %d: %s. Another program sends from this account"
              .formatted(lane.account(), onChain, flight.batch().describe()));
    }
  }

  private void include(Lane lane, InFlight flight, Node.Receipt receipt) {
    Inclusion where = receipt.inclusion();
    JournaledBatch batch = flight.batch();
    ReleaseRun run = session.runs().get(batch.releaseId());
    if (!receipt.succeeded()) {
      session.journal().update(lane.lease(), batch.failed(where));
      throw reverted(run, batch);
    }
    batch = batch.included(where);
    session.journal().update(lane.lease(), batch);
    lane.inFlight().removeFirst();
    lane.included().put(batch.nonce(), batch);
    lane.moved(session.now());
    session.pace().included(where.blockNumber(), batch.blobs().size());
    if (run != null) {
      session.ledger().paid(batch);
      if (!batch.isCancelled()) {
        run.included(batch);
        session.listener().included(run.progress(), batch);
      }
    }
  }

  static PublishStoppedException reverted(ReleaseRun run, JournaledBatch batch) {
    return new PublishStoppedException(
        "%s: reverted in a block, state %s: %s"
            .formatted(
                run == null ? "Release " + batch.releaseId() : run.plan().release().name(),
                BatchState.FAILED,
                batch.describe()));
  }

  /** Puts what a reorganisation took out of its blocks in flight again; false to ask once more. */
  private boolean takeBack(Lane lane, long onChain) {
    if (lagging.merge(lane.account(), 1, Integer::sum) < LAGGING_ANSWERS) {
      return false;
    }
    lagging.remove(lane.account());
    while (!lane.included().isEmpty() && lane.included().lastKey() >= onChain) {
      JournaledBatch old = lane.included().pollLastEntry().getValue();
      JournaledBatch batch = old.sent();
      session.journal().update(lane.lease(), batch);
      lane.inFlight().addFirst(new InFlight(batch, session.now()));
      lane.moved(session.now());
      session.pace().included(old.inclusion().orElseThrow().blockNumber(), -batch.blobs().size());
      ReleaseRun run = session.runs().get(batch.releaseId());
      if (run != null) {
        session.ledger().takenBack(batch);
        if (!old.isCancelled()) {
          run.takenBack(batch);
          session.listener().takenBack(run.progress(), batch);
        }
      }
    }
    if (onChain < firstInFlight(lane)) {
      throw new LuntraException(
          ("Account %s is at nonce %d, though transactions up to nonce %d were confirmed: a"
                  + " reorganisation deeper than that, or a node that lags. Run again")
              .formatted(lane.account(), onChain, firstInFlight(lane) - 1));
    }
    return true;
  }

  /** At a new head: looks whether blocks are still those of the chain. */
  void recheck(Lane lane) throws InterruptedException {
    for (JournaledBatch batch : List.copyOf(lane.included().descendingMap().values())) {
      Inclusion where = batch.inclusion().orElseThrow();
      if (isCanonical(where)) {
        return;
      }
      Optional<Node.Receipt> receipt = receipt(batch);
      // Without one it is in flight again, which its account's nonce will show.
      if (receipt.isPresent() && receipt.get().succeeded()) {
        JournaledBatch moved = batch.included(receipt.get().inclusion());
        session.journal().update(lane.lease(), moved);
        lane.included().put(moved.nonce(), moved);
        if (session.runs().containsKey(moved.releaseId())) {
          session.ledger().paid(moved);
        }
      }
    }
  }

  private boolean isCanonical(Inclusion where) throws InterruptedException {
    Optional<Bytes32> hash = hashes.get(where.blockNumber());
    if (hash == null) {
      hash = session.node().blockHash(where.blockNumber());
      hashes.put(where.blockNumber(), hash);
    }
    return hash.equals(Optional.of(where.blockHash()));
  }

  /** Forgets what was read of the chain before a new head. */
  void newHead() {
    hashes.clear();
  }

  /** Takes note of batches whose blocks stay; whether there were any. */
  boolean confirm(Lane lane, Head head) throws InterruptedException {
    boolean any = false;
    List<JournaledBatch> candidates = confirmed(lane, head);
    while (!candidates.isEmpty() && isWitnessed(candidates) && standsReadBack(candidates)) {
      for (JournaledBatch batch : candidates) {
        confirm(lane, batch.confirmed());
      }
      any = true;
      candidates = confirmed(lane, head);
    }
    return any;
  }

  /** The next batches whose blocks are confirmed, as many as are read back together. */
  private List<JournaledBatch> confirmed(Lane lane, Head head) throws InterruptedException {
    List<JournaledBatch> found = new ArrayList<>();
    int blobs = 0;
    for (JournaledBatch batch : lane.included().values()) {
      Inclusion where = batch.inclusion().orElseThrow();
      if (where.blockNumber() > head.confirmed()
          || blobs + batch.blobs().size() > READ_BACK_BLOBS
          || !isCanonical(where)) {
        break;
      }
      blobs += batch.blobs().size();
      found.add(batch);
    }
    return found;
  }

  private void confirm(Lane lane, JournaledBatch batch) {
    session.journal().update(lane.lease(), batch);
    lane.included().remove(batch.nonce());
    ReleaseRun run = session.runs().get(batch.releaseId());
    if (run != null && batch.state() == BatchState.FINAL) {
      run.confirmed(batch);
      session.listener().confirmed(run.progress(), batch);
      if (batch.kind() == BatchKind.SEAL) {
        session.listener().sealed(run.progress());
      }
    }
  }

  private boolean isWitnessed(List<JournaledBatch> batches) throws InterruptedException {
    for (JournaledBatch batch : batches) {
      Optional<String> objection = session.witnesses().objection(batch);
      if (objection.isPresent()) {
        session.waiting().on(Waiting.Cause.NODES, objection.get());
        return false;
      }
    }
    return true;
  }

  private boolean standsReadBack(List<JournaledBatch> batches) throws InterruptedException {
    Optional<ReadBack> readBack = session.setup().readBack();
    if (readBack.isEmpty()) {
      return true;
    }
    if (session.now().isBefore(readBackAt)) {
      return false;
    }
    try {
      readBack.get().check(batches.stream().filter(batch -> !batch.isCancelled()).toList());
      return true;
    } catch (LuntraException e) {
      readBackAt = session.now().plus(READ_BACK_AGAIN);
      session
          .waiting()
          .on(
              Waiting.Cause.READ_BACK,
              "blobs that stand can't be read back yet: " + e.getMessage());
      return false;
    }
  }
}
