package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import io.luntra.failure.LuntraException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Brings an account to a known state before anything new is signed. Of each transaction that the
 * journal does not know as included, of whatever release: a receipt settles it, a pending one is
 * waited for, an unknown one is sent again. Transactions that the journal does not have, after it
 * was lost, are waited for.
 */
record LaneRecovery(
    Network network,
    Journal journal,
    Node node,
    Broadcast broadcast,
    PublishPolicy policy,
    PublishListener listener,
    Pacer pacer) {

  void recover(Lane lane) throws InterruptedException {
    long onChain = node.nonce(lane.account());
    List<JournaledBatch> rows = journal.unsettled(network, lane.account(), onChain);
    long next = Math.max(onChain, journal.lastNonce(network, lane.account()).orElse(-1) + 1);
    checkContiguous(lane.account(), rows, onChain, next);
    for (JournaledBatch row : rows) {
      recover(lane, row, onChain);
    }
    lane.nextNonce(next);
    awaitUnjournaled(lane);
    lane.moved(pacer.now());
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

  private void recover(Lane lane, JournaledBatch row, long onChain) throws InterruptedException {
    Optional<Node.Receipt> receipt = node.receipt(row.transaction().hash());
    if (receipt.isPresent()) {
      if (receipt.get().succeeded()) {
        journal.included(row, receipt.get().inclusion());
      } else {
        journal.failed(row, receipt.get().inclusion());
      }
      return;
    }
    if (row.nonce() < onChain) {
      throw new LuntraException(
          "No receipt, though account %s is at nonce %d: %s. Either the node lags, or another program"
                  .formatted(lane.account(), onChain, row.describe())
              + " sends from this account");
    }
    if (!node.knows(row.transaction().hash())) {
      broadcast.send(row);
    }
    if (row.state() != BatchState.SENT) {
      journal.sent(row);
    }
    lane.inFlight().addLast(row);
  }

  private void awaitUnjournaled(Lane lane) throws InterruptedException {
    long pending = node.pendingNonce(lane.account());
    if (pending <= lane.nextNonce()) {
      return;
    }
    String what =
        "account %s has pending transactions up to nonce %d that the journal does not have"
            .formatted(lane.account(), pending - 1);
    listener.waiting(what);
    Instant start = pacer.now();
    while (node.nonce(lane.account()) < pending) {
      if (pacer.now().isAfter(start.plus(policy.patience()))) {
        throw new LuntraException("Waited for %s: %s".formatted(policy.patience(), what));
      }
      pacer.pause(policy.pollInterval());
    }
    lane.nextNonce(pending);
  }
}
