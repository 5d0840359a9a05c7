package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.util.HashSet;
import java.util.List;

/**
 * A release that was opened, as the event says; its id is that of its creator and name.
 *
 * @param lanes at least one, all distinct, the publisher first
 * @param blobCount blobs of all lanes, below 2^32
 */
public record ReleaseOpening(
    ContractEvent event,
    ReleaseName name,
    Bytes32 releaseId,
    String creator,
    List<String> lanes,
    long blobCount) {
  static final int MAX_LANES = 16;
  private static final int MAX_NAME_BYTES = 96;
  private static final int MAX_VERSION_BYTES = 48;
  private static final long MAX_BLOBS = 0xffffffffL;

  public ReleaseOpening {
    lanes = List.copyOf(lanes);
  }

  /**
   * Reads a {@link EventKind#RELEASE_OPENED}.
   *
   * @throws LuntraException when it is malformed or contradicts itself
   */
  public static ReleaseOpening of(ContractEvent event) {
    AbiReader data = event.parameters();
    Bytes32 releaseId = event.indexed().get(0);
    String creator = event.address(1);
    String model = data.text(MAX_NAME_BYTES);
    String version = data.text(MAX_VERSION_BYTES);
    List<String> lanes = data.list(MAX_LANES).stream().map(data::address).toList();
    long blobCount = data.number(MAX_BLOBS);
    ReleaseName name;
    try {
      name = new ReleaseName(model, version);
    } catch (InvalidInputException e) {
      throw new LuntraException(event.where() + ": " + e.getMessage(), e);
    }
    if (!ReleaseIds.of(creator, name).equals(releaseId)
        || lanes.isEmpty()
        || new HashSet<>(lanes).size() != lanes.size()) {
      throw new LuntraException(
          "%s: %s of %s, release id %s, lanes %s do not agree"
              .formatted(event.where(), name, creator, releaseId, String.join(", ", lanes)));
    }
    return new ReleaseOpening(event, name, releaseId, creator, lanes, blobCount);
  }

  /** Account that opened it. */
  public String publisher() {
    return lanes.get(0);
  }
}
