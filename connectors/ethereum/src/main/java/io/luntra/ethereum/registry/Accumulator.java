package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.web3j.crypto.Hash;

/**
 * A lane's record in the registry contract: 28 bytes of a hash chain over its blobs, then their
 * number in 4 bytes.
 */
public final class Accumulator {
  /** Before the first batch. */
  public static final Bytes32 EMPTY = Bytes32.ZERO;

  private static final int CHAIN_BYTES = 28;

  private Accumulator() {}

  /** The first 28 bytes of keccak256(previous, hashes…), then the number of blobs so far. */
  public static Bytes32 next(Bytes32 previous, List<VersionedHash> hashes) {
    byte[] input = new byte[32 + 32 * hashes.size()];
    System.arraycopy(previous.bytes(), 0, input, 0, 32);
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i).bytes(), 0, input, 32 + 32 * i, 32);
    }
    byte[] next = Hash.sha3(input);
    long count = blobCount(previous) + hashes.size();
    for (int i = 0; i < 4; i++) {
      next[CHAIN_BYTES + i] = (byte) (count >>> (24 - 8 * i));
    }
    return new Bytes32(next);
  }

  /** What the event BatchAppended says. */
  static Bytes32 of(ContractEvent event) {
    return event.parameters().bytes32();
  }

  /** Blobs of the lane so far, below 2^32. */
  public static long blobCount(Bytes32 accumulator) {
    return new BigInteger(1, Arrays.copyOfRange(accumulator.bytes(), CHAIN_BYTES, 32)).longValue();
  }
}
