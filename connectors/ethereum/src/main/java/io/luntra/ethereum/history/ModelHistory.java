package io.luntra.ethereum.history;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import java.util.List;
import java.util.Objects;

/**
 * A model and all that happened to it.
 *
 * @param modelId its token
 * @param creator account that registered it, under which its name is unique
 * @param owner account that it belongs to now
 * @param transfers oldest first, without the one that it came to be by
 * @param releases in the order of their seals
 */
public record ModelHistory(
    Bytes32 modelId,
    String creator,
    String name,
    String owner,
    List<Transfer> transfers,
    List<SealedRelease> releases) {

  /** A change of owner. */
  public record Transfer(ContractEvent event, String from, String to) {
    public Transfer {
      Objects.requireNonNull(event, "event");
    }
  }

  public ModelHistory {
    Objects.requireNonNull(modelId, "modelId");
    transfers = List.copyOf(transfers);
    releases = List.copyOf(releases);
  }

  /** The release that was sealed last; there has to be one. */
  public SealedRelease newest() {
    return releases.get(releases.size() - 1);
  }
}
