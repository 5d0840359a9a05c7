package io.luntra.jobs.fetch;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BeaconClient;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlobUnavailableException;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.ethereum.registry.PublicationCost;
import io.luntra.ethereum.registry.PublishedBatch;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.registry.RegistryReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ParentReference;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.RootManifest;
import io.luntra.manifest.ShardEntry;
import io.luntra.merkle.ReleaseMerkle;
import io.luntra.release.ReleaseName;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Releases as the chain has them, each checked against itself before it is given out. */
public final class ChainReleases {
  private final Endpoint rpc;
  private static final int MAX_SPEC_BYTES = 1 << 20;

  private final Endpoint beacon;
  private final RegistryReader registry;
  private final BlobFetcher blobs;

  private ChainReleases(Endpoint rpc, Endpoint beacon, RegistryReader registry, BlobFetcher blobs) {
    this.rpc = rpc;
    this.beacon = beacon;
    this.registry = registry;
    this.blobs = blobs;
  }

  /**
   * Connects to a chain.
   *
   * @param rpc JSON-RPC address of an execution node
   * @param beacon address of a beacon node that serves whole blobs
   * @param registry address of the registry contract
   */
  public static ChainReleases connect(URI rpc, URI beacon, String registry) {
    Endpoint execution = Endpoint.of(rpc.toString());
    Endpoint blobs = Endpoint.of(beacon.toString());
    return new ChainReleases(
        execution,
        blobs,
        new RegistryReader(execution, registry),
        new BlobFetcher(new BeaconClient(blobs), Kzg.load()));
  }

  /**
   * Makes sure that somebody answers where blobs will be read.
   *
   * @throws InvalidInputException when nobody does
   */
  public void requireReady() {
    try {
      beacon.find("/eth/v1/config/spec", MAX_SPEC_BYTES);
    } catch (EndpointException e) {
      throw new InvalidInputException("The beacon endpoint does not answer: " + e.getMessage(), e);
    }
  }

  /** What the transactions of a release cost. */
  public PublicationCost cost(ChainRelease release) {
    return PublicationCost.of(rpc, release.published());
  }

  /**
   * Reads a release and its manifest.
   *
   * @param creator whose model, where several have one of this name
   * @throws InvalidInputException when nobody answers at an endpoint, or there is no such release
   * @throws VerificationException when the manifest is not the one of these blobs, blobs were left
   *     out or put in, or the sealed Merkle root is not theirs
   */
  public ChainRelease read(ReleaseName name, Optional<String> creator) {
    return read(
        name, creator.isPresent() ? registry.find(name, creator.get()) : registry.find(name));
  }

  /**
   * Reads the parent of a release, if it has one.
   *
   * @throws InvalidInputException when the chain does not have it
   * @throws VerificationException when it is not the one that the release was made against, or its
   *     record does not add up
   */
  public Optional<ChainRelease> parent(ChainRelease child) {
    if (child.root().parent().isEmpty()) {
      return Optional.empty();
    }
    ParentReference expected = child.root().parent().get();
    ChainRelease parent =
        read(expected.name(), registry.find(expected.name(), expected.releaseId()));
    String where = "%s, parent of %s".formatted(expected.name(), child.root().name());
    Bytes32 merkleRoot = parent.published().merkleRoot();
    if (!merkleRoot.equals(expected.merkleRoot())) {
      throw new VerificationException(
          "%s: sealed with Merkle root %s, expected %s"
              .formatted(where, merkleRoot, expected.merkleRoot()));
    }
    if (parent.root().depth() != expected.depth() - 1) {
      throw new VerificationException(
          "%s: of depth %d, expected %d"
              .formatted(where, parent.root().depth(), expected.depth() - 1));
    }
    return Optional.of(parent);
  }

  /** What a delta takes bytes from stands among the parents that the registry has. */
  private static void checkParent(String where, PublishedRelease published, RootManifest root) {
    if (root.parent().isPresent()
        && !published.parents().contains(root.parent().get().releaseId())) {
      throw new VerificationException(
          "%s: its manifest names parent %s (%s), the registry has %s"
              .formatted(
                  where,
                  root.parent().get().name(),
                  root.parent().get().releaseId(),
                  published.parents()));
    }
  }

  private ChainRelease read(ReleaseName name, PublishedRelease published) {
    String where = "%s of %s".formatted(name, published.publisher());
    List<VersionedHash> hashes = published.blobHashes();
    PublishedBatch rootBatch = published.rootManifest();
    RootManifest root = RootManifest.fromBlobs(rootBlobs(where, rootBatch));
    if (!root.name().equals(name)) {
      throw new VerificationException(
          "%s: its manifest is that of %s".formatted(where, root.name()));
    }
    checkParent(where, published, root);
    int dataBlobs = root.totals().dataBlobs();
    if (hashes.size() != (long) dataBlobs + root.manifestBlobs()) {
      throw new VerificationException(
          "%s: the manifest lists %d blobs of payload and %d of its own, the chain has %d: %s"
              .formatted(
                  where,
                  dataBlobs,
                  root.manifestBlobs(),
                  hashes.size(),
                  "the publisher left blobs out or put others in"));
    }
    Bytes32 merkleRoot =
        ReleaseMerkle.root(
            published.releaseId(),
            hashes.subList(0, dataBlobs),
            hashes.subList(dataBlobs, hashes.size()),
            rootBatch.blobHashes());
    if (!merkleRoot.equals(published.merkleRoot())) {
      throw new VerificationException(
          "%s: the publisher sealed Merkle root %s, but that of its blobs is %s"
              .formatted(where, published.merkleRoot(), merkleRoot));
    }
    return withManifest(where, published, root, hashes);
  }

  /**
   * One blob of a release, checked against its versioned hash.
   *
   * @param index in release order, the root manifest's blobs last
   * @throws VerificationException when it is not served
   */
  public byte[] blob(ChainRelease release, int index) {
    PublishedRelease published = release.published();
    int inBatches = published.blobHashes().size();
    boolean isRoot = index >= inBatches;
    VersionedHash hash =
        isRoot
            ? published.rootManifest().blobHashes().get(index - inBatches)
            : published.blobHashes().get(index);
    BlockReference block = isRoot ? published.rootManifest().block() : release.blocks().get(index);
    try {
      return blobs.fetch(block, List.of(hash)).get(hash);
    } catch (BlobUnavailableException e) {
      throw new VerificationException(
          "%s: blob %d is not served: %s".formatted(release.root().name(), index, e.getMessage()),
          e);
    }
  }

  private List<byte[]> rootBlobs(String where, PublishedBatch batch) {
    try {
      Map<VersionedHash, byte[]> fetched = blobs.fetch(batch.block(), batch.blobHashes());
      return batch.blobHashes().stream().map(fetched::get).toList();
    } catch (BlobUnavailableException e) {
      throw new VerificationException(
          "%s: its root manifest is not served: %s".formatted(where, e.getMessage()), e);
    } catch (EndpointException e) {
      if (e.status() == 0) {
        throw new InvalidInputException(
            "The beacon endpoint cannot be reached: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private ChainRelease withManifest(
      String where, PublishedRelease published, RootManifest root, List<VersionedHash> hashes) {
    ReleaseManifest manifest =
        ReleaseManifest.read(root, new ManifestBlobs(where, published, root.totals().dataBlobs()));
    ChainRelease release = new ChainRelease(published, manifest, registry.standing(published));
    for (ShardEntry shard : release.shards()) {
      checkBlobs(where, release, shard, hashes);
    }
    return release;
  }

  private static void checkBlobs(
      String where, ChainRelease release, ShardEntry shard, List<VersionedHash> hashes) {
    for (int i = 0; i < shard.commitments().size(); i++) {
      VersionedHash listed = shard.commitments().get(i).versionedHash();
      VersionedHash found = hashes.get(shard.firstBlob() + i);
      if (!listed.equals(found)) {
        throw new VerificationException(
            "%s: the manifest lists another blob than the chain has in its place, %s: %s"
                .formatted(where, listed, release.describe(found)));
      }
    }
  }

  /** The blobs of the manifest's parts, fetched one transaction at a time. */
  private final class ManifestBlobs implements Iterator<byte[]> {
    private final String where;
    private final List<VersionedHash> hashes;
    private final List<BlockReference> blocks;
    private int next;
    private Map<VersionedHash, byte[]> fetched = Map.of();

    ManifestBlobs(String where, PublishedRelease published, int dataBlobs) {
      this.where = where;
      this.next = dataBlobs;
      this.hashes = published.blobHashes();
      this.blocks = ChainRelease.blocks(published);
    }

    @Override
    public boolean hasNext() {
      return next < hashes.size();
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      VersionedHash hash = hashes.get(next);
      if (!fetched.containsKey(hash)) {
        BlockReference block = blocks.get(next);
        int end = next;
        while (end < hashes.size() && blocks.get(end).equals(block)) {
          end++;
        }
        try {
          fetched = blobs.fetch(block, hashes.subList(next, end));
        } catch (BlobUnavailableException e) {
          throw new VerificationException(
              "%s: its manifest is not served: %s".formatted(where, e.getMessage()), e);
        }
      }
      next++;
      return fetched.get(hash);
    }
  }
}
