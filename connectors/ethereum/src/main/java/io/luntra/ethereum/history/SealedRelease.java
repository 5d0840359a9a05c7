package io.luntra.ethereum.history;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.registry.ReleaseStanding.Status;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A sealed release.
 *
 * @param modelId the model's token
 * @param creator account that registered the model, 0x and 40 lower-case digits
 * @param publisher account that opened and sealed it
 * @param seal the event
 * @param rootManifest versioned hashes of the blobs that the sealing transaction carried
 * @param parents ids of the sealed releases that it comes from
 * @param standing what its model's maintainers last said of it; empty when nothing
 */
public record SealedRelease(
    ReleaseName name,
    Bytes32 releaseId,
    Bytes32 modelId,
    String creator,
    String publisher,
    ContractEvent seal,
    List<VersionedHash> rootManifest,
    List<Bytes32> parents,
    Optional<Standing> standing) {

  /**
   * What maintainers said.
   *
   * @param successor release that takes its place, where it is superseded
   * @param reason any text of theirs, control characters included
   */
  public record Standing(
      Status status, String maintainer, long block, Optional<Bytes32> successor, String reason) {
    public Standing {
      Objects.requireNonNull(status, "status");
      Objects.requireNonNull(successor, "successor");
      Objects.requireNonNull(reason, "reason");
    }
  }

  public SealedRelease {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(releaseId, "releaseId");
    Objects.requireNonNull(seal, "seal");
    Objects.requireNonNull(standing, "standing");
    rootManifest = List.copyOf(rootManifest);
    parents = List.copyOf(parents);
  }

  public Status status() {
    return standing.map(Standing::status).orElse(Status.ACTIVE);
  }
}
