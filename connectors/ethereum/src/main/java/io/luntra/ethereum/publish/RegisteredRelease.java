package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.kzg.VersionedHash;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * What the registry says of a release.
 *
 * @param opened false when the registry has no such release; the other values are zero then
 */
record RegisteredRelease(
    boolean opened,
    boolean isSealed,
    long blobCount,
    Bytes32 lanesDigest,
    Bytes32 merkleRoot,
    Bytes32 rootManifestDigest,
    Bytes32 parentsDigest) {

  /** Keccak-256 of the accounts, each left-padded to 32 bytes. */
  static Bytes32 lanesDigest(List<String> lanes) {
    String words =
        lanes.stream()
            .map(lane -> "00".repeat(12) + Numeric.cleanHexPrefix(lane))
            .collect(Collectors.joining());
    return new Bytes32(Hash.sha3(Numeric.hexStringToByteArray(words)));
  }

  /** Keccak-256 of ids one after the other; zero without any. */
  static Bytes32 parentsDigest(List<Bytes32> parents) {
    ByteBuffer preimage = ByteBuffer.allocate(32 * parents.size());
    parents.forEach(parent -> preimage.put(parent.bytes()));
    return parents.isEmpty() ? Bytes32.ZERO : new Bytes32(Hash.sha3(preimage.array()));
  }

  /** Keccak-256 of versioned hashes one after the other. */
  static Bytes32 digest(List<VersionedHash> hashes) {
    ByteBuffer preimage = ByteBuffer.allocate(32 * hashes.size());
    hashes.forEach(hash -> preimage.put(hash.bytes()));
    return new Bytes32(Hash.sha3(preimage.array()));
  }
}
