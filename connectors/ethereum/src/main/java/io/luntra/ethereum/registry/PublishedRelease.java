package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.util.List;
import java.util.Objects;

/**
 * A sealed release as the chain records it. Every lane's blobs hash to its sealed accumulator; that
 * the Merkle root is theirs is not checked here.
 *
 * @param creator account that registered the model, under which its name is unique
 * @param publisher account that opened and sealed it, 0x and 40 lower-case digits
 * @param parents ids of the releases that it is made from, as the registry has them
 * @param lanes accounts in the order of the release's blobs, the publisher first
 * @param batches all but the root manifest, in release order: lane 0's, then lane 1's, …
 * @param rootManifest the blobs of the sealing transaction
 */
public record PublishedRelease(
    ReleaseName name,
    Bytes32 releaseId,
    String creator,
    String publisher,
    long chainId,
    Bytes32 merkleRoot,
    List<Bytes32> parents,
    List<String> lanes,
    List<PublishedBatch> batches,
    PublishedBatch rootManifest) {
  public PublishedRelease {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(releaseId, "releaseId");
    Objects.requireNonNull(creator, "creator");
    Objects.requireNonNull(publisher, "publisher");
    Objects.requireNonNull(merkleRoot, "merkleRoot");
    Objects.requireNonNull(rootManifest, "rootManifest");
    parents = List.copyOf(parents);
    lanes = List.copyOf(lanes);
    batches = List.copyOf(batches);
  }

  /**
   * A lane's accumulator after its last batch: the sealed one.
   *
   * @param lane one of {@link #lanes}
   */
  public Bytes32 accumulator(String lane) {
    Bytes32 accumulator = Accumulator.EMPTY;
    for (PublishedBatch batch : batches) {
      if (batch.lane().equals(lane)) {
        accumulator = Accumulator.next(accumulator, batch.blobHashes());
      }
    }
    return accumulator;
  }

  /** Versioned hashes of all blobs in release order, without those of the root manifest. */
  public List<VersionedHash> blobHashes() {
    return batches.stream().flatMap(batch -> batch.blobHashes().stream()).toList();
  }
}
