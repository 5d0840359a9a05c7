package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.AccountInUseException;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.LeaseHolder;
import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Keeps the accounts of a publication for it alone. */
final class Leases {
  private final Session session;
  private final LeaseHolder holder = LeaseHolder.here();
  private final Duration duration;
  private Instant renewed;

  Leases(Session session) {
    this.session = session;
    this.duration = session.policy().lease();
  }

  /** Takes all of them, in an order that two publishers have in common; waits where it has to. */
  void take() throws InterruptedException {
    List<Lane> ordered =
        session.lanes().stream().sorted(Comparator.comparing(Lane::account)).toList();
    for (Lane lane : ordered) {
      take(lane);
      renew(Duration.ZERO);
    }
  }

  private void take(Lane lane) throws InterruptedException {
    Instant limit = session.now().plus(session.policy().patience());
    while (lane.lease() == null) {
      try {
        lane.lease(session.journal().lease(session.network(), lane.account(), holder, duration));
      } catch (AccountInUseException e) {
        if (session.now().isAfter(limit)) {
          throw e;
        }
        session.waiting().on(Waiting.Cause.ACCOUNT, e.getMessage());
        session.setup().pacer().pause(session.policy().pollInterval());
        renew(duration.dividedBy(3));
      }
    }
  }

  /** Renews them when a third of their time has passed. */
  void keep() {
    renew(duration.dividedBy(3));
  }

  private void renew(Duration age) {
    if (renewed != null && session.now().isBefore(renewed.plus(age))) {
      return;
    }
    for (Lane lane : session.lanes()) {
      if (lane.lease() != null) {
        session.journal().renew(lane.lease(), duration);
      }
    }
    renewed = session.now();
  }

  /** Gives back what was taken; a failure is added to the one that ended the publication. */
  void giveBack(Throwable ending) {
    Journal journal = session.journal();
    for (Lane lane : session.lanes()) {
      try {
        if (lane.lease() != null) {
          journal.release(lane.lease());
        }
      } catch (LuntraException e) {
        if (ending != null) {
          ending.addSuppressed(e);
        }
      }
    }
  }
}
