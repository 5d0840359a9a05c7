package io.luntra.jobs.fetch;

import io.luntra.ethereum.beacon.BeaconClient;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlobUnavailableException;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.RootManifest;
import io.luntra.release.ReleaseName;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Root manifests of releases whose seals are known, without all that else is checked of one. */
public final class RootManifests {
  private final BlobFetcher blobs;

  private RootManifests(BlobFetcher blobs) {
    this.blobs = blobs;
  }

  /**
   * Connects to a beacon node.
   *
   * @param beacon address of one that serves whole blobs
   */
  public static RootManifests connect(URI beacon) {
    return new RootManifests(
        new BlobFetcher(new BeaconClient(Endpoint.of(beacon.toString())), Kzg.load()));
  }

  /**
   * Reads a root manifest.
   *
   * @param block of the seal
   * @param hashes of its blobs, as the registry recorded them
   * @throws InvalidInputException when nobody answers at the endpoint
   * @throws BlobUnavailableException when they are not served as they were published
   * @throws VerificationException when they are no root manifest of this release
   */
  public RootManifest read(ReleaseName name, BlockReference block, List<VersionedHash> hashes) {
    Map<VersionedHash, byte[]> fetched;
    try {
      fetched = blobs.fetch(block, hashes);
    } catch (EndpointException e) {
      if (e.status() == 0) {
        throw new InvalidInputException(
            "The beacon endpoint cannot be reached: " + e.getMessage(), e);
      }
      throw e;
    }
    RootManifest root = RootManifest.fromBlobs(hashes.stream().map(fetched::get).toList());
    if (!root.name().equals(name)) {
      throw new VerificationException(
          "%s: its root manifest is that of %s".formatted(name, root.name()));
    }
    return root;
  }
}
