package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Lease;
import io.luntra.ethereum.journal.LeaseHolder;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.journal.ReleaseBegun;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** A journal that throws at one batch, at a named instant. */
record CrashingJournal(Journal delegate, Instant instant, int batch) implements Journal {
  enum Instant {
    BEFORE_APPEND,
    AFTER_APPEND,
    BEFORE_SENT,
    BEFORE_INCLUDED,
    BEFORE_FINAL,
    BEFORE_REPLACE,
    AFTER_REPLACE
  }

  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void crash(Instant here, JournaledBatch at) {
    if (here == instant && at.index() == batch) {
      throw new Crash();
    }
  }

  @Override
  public Lease lease(Network network, String account, LeaseHolder holder, Duration duration) {
    return delegate.lease(network, account, holder, duration);
  }

  @Override
  public void renew(Lease lease, Duration duration) {
    delegate.renew(lease, duration);
  }

  @Override
  public void release(Lease lease) {
    delegate.release(lease);
  }

  @Override
  public void begin(ReleaseBegun release) {
    delegate.begin(release);
  }

  @Override
  public void append(Lease lease, JournaledBatch batch) {
    crash(Instant.BEFORE_APPEND, batch);
    delegate.append(lease, batch);
    crash(Instant.AFTER_APPEND, batch);
  }

  @Override
  public void replace(Lease lease, JournaledBatch batch) {
    crash(Instant.BEFORE_REPLACE, batch);
    delegate.replace(lease, batch);
    crash(Instant.AFTER_REPLACE, batch);
  }

  @Override
  public void update(Lease lease, JournaledBatch batch) {
    if (batch.state() == BatchState.SENT) {
      crash(Instant.BEFORE_SENT, batch);
    } else if (batch.state() == BatchState.INCLUDED) {
      crash(Instant.BEFORE_INCLUDED, batch);
    } else if (batch.state() == BatchState.FINAL) {
      crash(Instant.BEFORE_FINAL, batch);
    }
    delegate.update(lease, batch);
  }

  @Override
  public List<JournaledBatch> release(Network network, String registry, Bytes32 releaseId) {
    return delegate.release(network, registry, releaseId);
  }

  @Override
  public List<JournaledBatch> unsettled(Network network, String account, long nextNonce) {
    return delegate.unsettled(network, account, nextNonce);
  }

  @Override
  public OptionalLong lastNonce(Network network, String account) {
    return delegate.lastNonce(network, account);
  }

  @Override
  public List<ReleaseBegun> releases() {
    return delegate.releases();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
