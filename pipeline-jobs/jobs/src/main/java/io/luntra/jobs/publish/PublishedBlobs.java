package io.luntra.jobs.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.registry.RegistryReader;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.LuntraException;
import io.luntra.release.ReleaseIds;
import java.util.List;

/** How many blobs of some releases stand, by the registry itself. */
final class PublishedBlobs {
  private final RegistryReader registry;
  private final List<Bytes32> releases;
  private final List<String> lanes;
  private long last;

  private PublishedBlobs(RegistryReader registry, List<Bytes32> releases, List<String> lanes) {
    this.registry = registry;
    this.releases = releases;
    this.lanes = lanes;
  }

  /** Finds registry and lanes, or says what is missing. */
  static PublishedBlobs of(BlobSinkConfig config, List<StagedRelease> releases) {
    List<String> lanes = config.keys().addresses();
    RegistryReader registry =
        new RegistryReader(Endpoint.of(config.rpcUrls().get(0)), config.registry());
    registry.requireDeployed();
    List<Bytes32> ids =
        releases.stream()
            .map(release -> ReleaseIds.of(config.creator(release), release.name()))
            .toList();
    return new PublishedBlobs(registry, ids, lanes);
  }

  /** The number when it was last known: a node that fails to answer ends no job here. */
  long count() {
    try {
      long count = 0;
      for (Bytes32 release : releases) {
        for (String lane : lanes) {
          count += registry.blobCount(release, lane);
        }
      }
      last = count;
    } catch (LuntraException e) {
      return last;
    }
    return last;
  }
}
