package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.kzg.VersionedHash;
import java.nio.ByteBuffer;
import java.util.List;
import org.web3j.crypto.Hash;

/**
 * One transaction of a release.
 *
 * @param lane index into the release's lanes
 * @param previous the lane's accumulator before it; zero for the seal
 * @param next the lane's accumulator after it; zero for the seal
 */
record PlannedBatch(
    int index,
    BatchKind kind,
    int lane,
    List<VersionedHash> hashes,
    Bytes32 batchId,
    Bytes32 previous,
    Bytes32 next) {

  /** Keccak-256 of release id, batch index in 4 bytes, versioned hashes. */
  static Bytes32 batchId(Bytes32 releaseId, int index, List<VersionedHash> hashes) {
    ByteBuffer preimage = ByteBuffer.allocate(36 + 32 * hashes.size());
    preimage.put(releaseId.bytes()).putInt(index);
    hashes.forEach(hash -> preimage.put(hash.bytes()));
    return new Bytes32(Hash.sha3(preimage.array()));
  }
}
