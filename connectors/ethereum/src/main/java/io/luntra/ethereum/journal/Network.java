package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import java.util.Objects;

/** One chain, told from others of the same chain id, as local chains are, by its first block. */
public record Network(long chainId, Bytes32 genesisHash) {
  public Network {
    Objects.requireNonNull(genesisHash, "genesisHash");
    if (chainId <= 0) {
      throw new IllegalArgumentException("Chain id " + chainId);
    }
  }

  /** CHAINID:GENESISHASH, as the journal's column holds it. */
  @Override
  public String toString() {
    return chainId + ":" + genesisHash;
  }

  static Network parse(String text) {
    int colon = text.indexOf(':');
    return new Network(
        Long.parseLong(text.substring(0, colon)), Bytes32.fromHex(text.substring(colon + 1)));
  }
}
