package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.failure.LuntraException;
import java.time.Instant;
import java.util.List;

/**
 * Brings an account to a known state before anything new is signed: whatever of any release the
 * journal does not know as confirmed is in flight, or in a block that may go. Transactions that the
 * journal does not have, after it was lost, are waited for.
 */
record LaneRecovery(Session session) {
  void recover(Lane lane) throws InterruptedException {
    Journal journal = session.journal();
    long onChain = session.node().nonce(lane.account());
    List<JournaledBatch> rows = journal.unsettled(session.network(), lane.account(), onChain);
    long next =
        Math.max(onChain, journal.lastNonce(session.network(), lane.account()).orElse(-1) + 1);
    checkContiguous(lane.account(), rows, onChain, next);
    for (JournaledBatch row : rows) {
      recover(lane, row, onChain);
    }
    lane.nextNonce(next);
    awaitUnjournaled(lane);
    lane.moved(session.now());
  }

  private static void checkContiguous(
      String account, List<JournaledBatch> rows, long onChain, long next) {
    long expected = onChain;
    for (JournaledBatch row : rows) {
      if (row.nonce() == expected) {
        expected++;
      }
    }
    if (expected != next) {
      throw new PublishStoppedException(
          "Account %s: the chain expects nonce %d, the journal was last at %d, but lacks %d"
              .formatted(account, onChain, next - 1, expected));
    }
  }

  private void recover(Lane lane, JournaledBatch row, long onChain) {
    if (row.state() == BatchState.INCLUDED && row.nonce() < onChain) {
      lane.included().put(row.nonce(), row);
      return;
    }
    JournaledBatch batch = row;
    if (row.state().isInBlock()) {
      // A reorganisation took it out of its block.
      batch = row.sent();
      session.journal().update(lane.lease(), batch);
    }
    lane.inFlight().addLast(new InFlight(batch, session.now()));
    if (batch.nonce() >= onChain) {
      session.pace().signed(batch.blobs().size());
    }
  }

  private void awaitUnjournaled(Lane lane) throws InterruptedException {
    long pending = session.node().pendingNonce(lane.account());
    if (pending <= lane.nextNonce()) {
      return;
    }
    String what =
        "account %s has pending transactions up to nonce %d that the journal does not have"
            .formatted(lane.account(), pending - 1);
    Instant start = session.now();
    while (session.node().nonce(lane.account()) < pending) {
      session.waiting().on(Waiting.Cause.ACCOUNT, what);
      if (session.now().isAfter(start.plus(session.policy().patience()))) {
        throw new LuntraException("Waited for %s: %s".formatted(session.policy().patience(), what));
      }
      session.setup().pacer().pause(session.policy().pollInterval());
    }
    lane.nextNonce(pending);
  }
}
