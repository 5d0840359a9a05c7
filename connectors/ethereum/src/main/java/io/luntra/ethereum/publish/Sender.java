package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.node.FeeMarket;
import io.luntra.ethereum.node.NodeException;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Signs, journals and broadcasts: new transactions, forgotten ones, replacements. */
final class Sender {
  private static final Duration SLOT = Duration.ofSeconds(12);
  private static final int MAX_BLOBS = 6;
  private static final long CANCELLATION_GAS = 21_000;

  private final Session session;

  Sender(Session session) {
    this.session = session;
  }

  /** Sends what may be sent; whether anything was. */
  boolean sendRound() throws InterruptedException {
    checkDeadline();
    Allowance allowance = new Allowance(session);
    boolean any = false;
    for (ReleaseRun run : session.runs().values()) {
      while (sendOnePerLane(run, allowance)) {
        any = true;
      }
    }
    if (!allowance.refusal().isEmpty()) {
      session.waiting().on(allowance.cause(), allowance.refusal());
    } else if (any) {
      session.waiting().over();
    }
    return any;
  }

  /** Asks for the pace that the deadline needs; stops when it has passed. */
  private void checkDeadline() {
    Optional<Instant> until = session.policy().until();
    if (until.isEmpty()) {
      return;
    }
    int unsigned = session.runs().values().stream().mapToInt(ReleaseRun::unsignedBlobs).sum();
    Duration left = Duration.between(session.now(), until.get());
    if (unsigned == 0) {
      return;
    }
    if (left.isNegative()) {
      throw new PublishStoppedException(
          "The deadline %s has passed: %d blobs are not sent. Run again with a later one"
              .formatted(until.get(), unsigned));
    }
    session.pace().require((double) unsigned * SLOT.toMillis() / Math.max(1, left.toMillis()));
  }

  private boolean sendOnePerLane(ReleaseRun run, Allowance allowance) throws InterruptedException {
    boolean any = false;
    for (int i = 0; i < run.plan().lanes().size(); i++) {
      Lane lane = session.lanes().get(i);
      if (lane.isOpen(session.policy().maxInFlight())) {
        any |= sendOne(run, i, lane, allowance);
      }
    }
    return any;
  }

  private boolean sendOne(ReleaseRun run, int index, Lane lane, Allowance allowance)
      throws InterruptedException {
    Optional<PlannedBatch> batch = run.next(index, MAX_BLOBS);
    if (batch.isEmpty()) {
      return false;
    }
    if (batch.get().kind() != BatchKind.SEAL) {
      int blobs = session.pace().grant(batch.get().hashes().size());
      if (blobs == 0) {
        allowance.refuse(Waiting.Cause.BLOB_SPACE, session.pace().describe());
        return false;
      }
      batch = run.next(index, blobs);
    }
    PlannedBatch planned = batch.orElseThrow();
    long gasLimit = RegistryCalls.gasLimit(planned.kind(), run.plan().lanes().size());
    Optional<FeeCaps> caps = allowance.grant(lane, gasLimit, planned.hashes().size());
    if (caps.isEmpty()) {
      return false;
    }
    send(run, lane, planned, gasLimit, caps.get());
    return true;
  }

  private void send(ReleaseRun run, Lane lane, PlannedBatch batch, long gasLimit, FeeCaps caps)
      throws InterruptedException {
    if (batch.kind() == BatchKind.SEAL) {
      checkAccumulators(run);
      checkParents(run.plan());
    }
    BlobTransaction transaction =
        new BlobTransaction(
            session.network().chainId(),
            lane.nextNonce(),
            caps.maxPriorityFeePerGas(),
            caps.maxFeePerGas(),
            gasLimit,
            session.setup().registry(),
            BigInteger.ZERO,
            session.calls().data(run, batch),
            caps.maxFeePerBlobGas(),
            batch.hashes());
    JournaledBatch row =
        JournaledBatch.signed(
            session.network(),
            run.plan().releaseId(),
            batch.index(),
            batch.kind(),
            lane.signer().sign(transaction));
    session.journal().append(lane.lease(), row);
    InFlight flight = new InFlight(row, session.now());
    lane.nextNonce(lane.nextNonce() + 1);
    if (lane.inFlight().isEmpty()) {
      lane.moved(session.now());
    }
    lane.inFlight().addLast(flight);
    run.signed(row);
    session.pace().signed(batch.hashes().size());
    if (broadcast(lane, flight)) {
      session.listener().sent(run.progress(), flight.batch());
    }
  }

  /** A seal that reverts still pays for its blobs, so what it will find is looked at first. */
  private void checkAccumulators(ReleaseRun run) throws InterruptedException {
    ReleasePlan plan = run.plan();
    List<Bytes32> expected = run.finalAccumulators();
    for (int lane = 0; lane < expected.size(); lane++) {
      Bytes32 found = session.calls().accumulator(plan.releaseId(), plan.lanes().get(lane));
      if (!found.equals(expected.get(lane))) {
        throw new LuntraException(
            "%s, lane %s, before the seal: the registry shows accumulator %s, expected %s; a"
                    .formatted(
                        plan.release().name(), plan.lanes().get(lane), found, expected.get(lane))
                + " reorganisation, or a node that lags: run again");
      }
    }
  }

  private void checkParents(ReleasePlan plan) throws InterruptedException {
    for (Bytes32 parent : plan.parents()) {
      if (!session.calls().release(parent).isSealed()) {
        throw new PublishStoppedException(
            "%s, before the seal: its parent %s is not sealed in this registry"
                .formatted(plan.release().name(), parent));
      }
    }
  }

  /** Whether a node has it now; what is wrong is kept where not. */
  private boolean broadcast(Lane lane, InFlight flight) throws InterruptedException {
    try {
      session.broadcast().send(flight.batch());
    } catch (NodeException e) {
      flight.trouble(e.getMessage());
      if (isPayable(flight)) {
        session.waiting().on(Waiting.Cause.NODE, e.getMessage());
      }
      return false;
    }
    taken(lane, flight);
    return true;
  }

  private boolean isPayable(InFlight flight) {
    return FeeCaps.of(flight.batch().transaction().transaction()).isPayable(session.fees().next());
  }

  private void taken(Lane lane, InFlight flight) {
    if (flight.batch().state() != BatchState.SENT) {
      JournaledBatch sent = flight.batch().sent();
      session.journal().update(lane.lease(), sent);
      flight.batch(sent);
    }
    flight.known(true);
  }

  /** A node may drop transactions from its pool; those are sent again, the identical bytes. */
  void sendForgotten(Lane lane) throws InterruptedException {
    for (InFlight flight : lane.inFlight()) {
      boolean was = flight.isKnown();
      if (!was && !isPayable(flight)) {
        // No node has to take it as it is: it waits, or is replaced.
        return;
      }
      if (session.node().knows(flight.batch().transaction().hash())) {
        taken(lane, flight);
        if (was) {
          return;
        }
      } else if (!broadcast(lane, flight)) {
        return;
      }
    }
  }

  /** Replaces what has been pending for long and the market has overtaken, oldest first. */
  void replaceStuck(Lane lane) throws InterruptedException {
    FeeMarket market = session.fees().next();
    Instant limit = session.now().minus(session.policy().replaceAfter());
    Allowance allowance = new Allowance(session);
    for (InFlight flight : lane.inFlight()) {
      FeeCaps caps = FeeCaps.of(flight.batch().transaction().transaction());
      if (!caps.isPayable(market)) {
        // Nothing is wrong with it but its price.
        lane.moved(session.now());
      }
      if (flight.since().isAfter(limit) || !caps.isBehind(market)) {
        return;
      }
      Optional<FeeCaps> higher = allowance.replacement(lane, flight);
      if (higher.isPresent()) {
        replace(lane, flight, withCaps(flight.batch().transaction().transaction(), higher.get()));
      } else {
        session.waiting().on(allowance.cause(), allowance.refusal());
        republish(lane, flight);
        return;
      }
    }
  }

  private void republish(Lane lane, InFlight flight) throws InterruptedException {
    if (broadcast(lane, flight)) {
      flight.postpone(session.now());
    }
  }

  private static BlobTransaction withCaps(BlobTransaction transaction, FeeCaps caps) {
    return new BlobTransaction(
        transaction.chainId(),
        transaction.nonce(),
        caps.maxPriorityFeePerGas(),
        caps.maxFeePerGas(),
        transaction.gasLimit(),
        transaction.to(),
        transaction.value(),
        transaction.data(),
        caps.maxFeePerBlobGas(),
        transaction.blobVersionedHashes());
  }

  private void replace(Lane lane, InFlight flight, BlobTransaction transaction)
      throws InterruptedException {
    SignedBlobTransaction attempt = lane.signer().sign(transaction);
    JournaledBatch row = flight.batch().with(attempt);
    session.journal().replace(lane.lease(), row);
    flight.replaced(row, session.now());
    if (broadcast(lane, flight)) {
      session.listener().replaced(flight.batch());
    }
  }

  /**
   * Takes the nonces of what is in flight with transactions that publish nothing; whether there
   * were any to take. Pools ask for a blob in a blob transaction's place, so each carries one.
   */
  boolean cancel(Lane lane) throws InterruptedException {
    Allowance allowance = new Allowance(session);
    boolean any = false;
    for (InFlight flight : lane.inFlight()) {
      if (flight.batch().isBeingCancelled()) {
        continue;
      }
      Optional<FeeCaps> caps = allowance.replacement(lane, flight);
      if (caps.isEmpty()) {
        session.waiting().on(allowance.cause(), allowance.refusal());
        return any;
      }
      any = true;
      replace(
          lane,
          flight,
          new BlobTransaction(
              session.network().chainId(),
              flight.batch().nonce(),
              caps.get().maxPriorityFeePerGas(),
              caps.get().maxFeePerGas(),
              CANCELLATION_GAS,
              lane.account(),
              BigInteger.ZERO,
              new byte[0],
              caps.get().maxFeePerBlobGas(),
              flight.batch().blobs().subList(0, 1)));
    }
    return any;
  }
}
