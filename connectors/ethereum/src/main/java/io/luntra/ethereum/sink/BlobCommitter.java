package io.luntra.ethereum.sink;

import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.PublishStoppedException;
import io.luntra.ethereum.publish.PublishedRelease;
import io.luntra.ethereum.publish.Publisher;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.response.EthChainId;

/**
 * Publishes the releases of all committables. What it throws restarts it, with all committables;
 * what a restart can't cure ends the job.
 */
final class BlobCommitter implements Committer<ReleaseReference> {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration NO_BACKOFF = Duration.ofMillis(1);

  private final BlobSinkConfig config;
  private final PublishListener listener;
  private final int subtask;

  BlobCommitter(BlobSinkConfig config, PublishListener listener, int subtask) {
    this.config = config;
    this.listener = listener;
    this.subtask = subtask;
  }

  @Override
  public void commit(Collection<CommitRequest<ReleaseReference>> requests)
      throws IOException, InterruptedException {
    if (requests.isEmpty()) {
      return;
    }
    if (subtask != 0) {
      // Two publishers on the same accounts would sign for the same nonces.
      throw new SuppressRestartsException(
          new IllegalStateException(
              "%d releases reached committer subtask %d, expected all at subtask 0"
                  .formatted(requests.size(), subtask)));
    }
    try {
      publish(requests);
    } catch (InvalidInputException | VerificationException | PublishStoppedException e) {
      throw new SuppressRestartsException(e);
    }
  }

  private void publish(Collection<CommitRequest<ReleaseReference>> requests)
      throws InterruptedException {
    StagingStore staging = StagingStore.open(config.stagingRoot());
    List<StagedRelease> releases =
        requests.stream()
            .map(request -> request.getCommittable().releaseKey())
            .distinct()
            .map(key -> staged(staging, key))
            .toList();
    EndpointService service = connect();
    try (Journal journal = JdbcJournal.open(config.journalUrl(), journalCredentials())) {
      List<PublishedRelease> published =
          Publisher.builder()
              .staging(staging)
              .journal(journal)
              .service(service)
              .registry(config.registry())
              .lanes(config.keys().load())
              .policy(config.policy())
              .listener(listener)
              .build()
              .publish(releases);
      Set<String> stoodAlready = new HashSet<>();
      for (PublishedRelease release : published) {
        if (release.outcome() == PublishedRelease.Outcome.STOOD_ALREADY) {
          stoodAlready.add(release.key());
        }
      }
      for (CommitRequest<ReleaseReference> request : requests) {
        if (stoodAlready.contains(request.getCommittable().releaseKey())) {
          request.signalAlreadyCommitted();
        }
      }
    }
  }

  private StagedRelease staged(StagingStore staging, String key) {
    return staging
        .release(key)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "Release %s is not in staging store %s: prepare it first"
                        .formatted(key, config.stagingRoot())));
  }

  private static Properties journalCredentials() {
    Properties credentials = new Properties();
    String user = System.getenv("LUNTRA_JOURNAL_USER");
    String password = System.getenv("LUNTRA_JOURNAL_PASSWORD");
    if (user != null) {
      credentials.setProperty("user", user);
    }
    if (password != null) {
      credentials.setProperty("password", password);
    }
    return credentials;
  }

  /** The first node that answers. */
  private EndpointService connect() {
    LuntraException failure = null;
    for (String url : config.rpcUrls()) {
      // One attempt: the publisher asks again itself, so that it can pace its requests.
      EndpointService service = new EndpointService(Endpoint.of(url, CALL_TIMEOUT, 1, NO_BACKOFF));
      try {
        new Request<>("eth_chainId", List.of(), service, EthChainId.class).send();
        return service;
      } catch (IOException | EndpointException e) {
        LuntraException next =
            new LuntraException(
                "Execution node %s does not answer: %s".formatted(service.name(), e.getMessage()),
                e);
        if (failure != null) {
          next.addSuppressed(failure);
        }
        failure = next;
      }
    }
    throw failure;
  }

  @Override
  public void close() {}
}
