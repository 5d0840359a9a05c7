package io.luntra.ethereum.sink;

import io.luntra.ethereum.beacon.BeaconClient;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointPool;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.Publisher;
import io.luntra.ethereum.publish.ReadBack;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.kzg.Kzg;
import java.util.function.Function;

/** A publisher with everything open that a configuration names. */
final class OpenPublisher implements AutoCloseable {
  private final Journal journal;
  private final Publisher publisher;

  private OpenPublisher(Journal journal, Publisher publisher) {
    this.journal = journal;
    this.publisher = publisher;
  }

  /**
   * Connects to nodes and journal, and gets the signers.
   *
   * @param listener made for the nodes that are used
   */
  static OpenPublisher open(
      BlobSinkConfig config, Function<EndpointPool, PublishListener> listener) {
    StagingStore staging = StagingStore.open(config.stagingRoot());
    EndpointPool nodes = ExecutionNodes.connect(config.rpcUrls());
    Journal journal = JdbcJournal.open(config.journalUrl(), JdbcJournal.credentials());
    try {
      Publisher.Builder publisher =
          Publisher.builder()
              .staging(staging)
              .journal(journal)
              .service(new EndpointService(nodes))
              .witnesses(ExecutionNodes.oneByOne(config.rpcUrls(), nodes))
              .registry(config.registry())
              .lanes(config.keys().load())
              .creators(config.creators())
              .policy(config.policy())
              .listener(listener.apply(nodes));
      if (!config.beaconUrls().isEmpty()) {
        publisher.readBack(readBack(config, staging));
      }
      return new OpenPublisher(journal, publisher.build());
    } catch (RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  private static ReadBack readBack(BlobSinkConfig config, StagingStore staging) {
    Kzg kzg = Kzg.load();
    return new ReadBack(
        config.beaconUrls().stream()
            .map(url -> new BlobFetcher(new BeaconClient(Endpoint.of(url)), kzg))
            .toList(),
        staging);
  }

  Publisher publisher() {
    return publisher;
  }

  @Override
  public void close() {
    journal.close();
  }
}
