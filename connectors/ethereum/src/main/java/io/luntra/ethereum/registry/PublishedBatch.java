package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.event.ChainReads;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.kzg.VersionedHash;
import java.util.List;
import java.util.Objects;

/**
 * The blobs of one transaction that the registry recorded.
 *
 * @param lane account that recorded them, 0x and 40 lower-case digits
 * @param transaction hash of the transaction
 * @param blobHashes at least one, in blob order
 */
public record PublishedBatch(
    String lane, Bytes32 transaction, BlockReference block, List<VersionedHash> blobHashes) {
  public PublishedBatch {
    Objects.requireNonNull(lane, "lane");
    Objects.requireNonNull(transaction, "transaction");
    Objects.requireNonNull(block, "block");
    blobHashes = List.copyOf(blobHashes);
    if (blobHashes.isEmpty()) {
      throw new IllegalArgumentException("Batch of no blobs in transaction " + transaction);
    }
  }

  /** That of the transaction in which a lane's event was emitted. */
  static PublishedBatch of(String lane, ContractEvent event, ChainReads chain) {
    return new PublishedBatch(
        lane, event.transaction(), chain.block(event), chain.blobHashes(event));
  }
}
