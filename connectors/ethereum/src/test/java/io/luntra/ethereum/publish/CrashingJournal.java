package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import java.util.List;
import java.util.OptionalLong;

/** A journal that throws at one batch: after it was appended, before sent or before included. */
record CrashingJournal(Journal delegate, Instant instant, int batch) implements Journal {
  enum Instant {
    BEFORE_APPEND,
    AFTER_APPEND,
    BEFORE_SENT,
    BEFORE_INCLUDED
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
  public void append(JournaledBatch batch) {
    crash(Instant.BEFORE_APPEND, batch);
    delegate.append(batch);
    crash(Instant.AFTER_APPEND, batch);
  }

  @Override
  public void sent(JournaledBatch batch) {
    crash(Instant.BEFORE_SENT, batch);
    delegate.sent(batch);
  }

  @Override
  public void included(JournaledBatch batch, Inclusion inclusion) {
    crash(Instant.BEFORE_INCLUDED, batch);
    delegate.included(batch, inclusion);
  }

  @Override
  public void failed(JournaledBatch batch, Inclusion inclusion) {
    delegate.failed(batch, inclusion);
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
  public void close() {
    delegate.close();
  }
}
