package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.LuntraException;
import java.util.List;

/**
 * A release that was sealed, as the event says.
 *
 * @param rootManifest versioned hashes, at most 6
 * @param accumulators the last of each lane
 * @param parents ids of the releases that it comes from, at most 8
 */
public record ReleaseSeal(
    ContractEvent event,
    Bytes32 releaseId,
    Bytes32 merkleRoot,
    List<Bytes32> rootManifest,
    List<Bytes32> accumulators,
    List<Bytes32> parents) {
  private static final int MAX_PARENTS = 8;
  private static final int MAX_ROOT_MANIFEST_BLOBS = 6;

  public ReleaseSeal {
    rootManifest = List.copyOf(rootManifest);
    accumulators = List.copyOf(accumulators);
    parents = List.copyOf(parents);
  }

  /**
   * Reads a {@link EventKind#RELEASE_SEALED}.
   *
   * @throws LuntraException when it is malformed
   */
  public static ReleaseSeal of(ContractEvent event) {
    AbiReader data = event.parameters();
    return new ReleaseSeal(
        event,
        event.indexed().get(0),
        data.bytes32(),
        data.list(MAX_ROOT_MANIFEST_BLOBS),
        data.list(ReleaseOpening.MAX_LANES),
        data.list(MAX_PARENTS));
  }
}
