package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.rpc.AbiReader;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What stands beside a release's record, and may change: whose its model is now, and what its
 * maintainers say became of it.
 *
 * @param owner account that owns the model's token, 0x and 40 lower-case digits
 * @param since block in which the status was set; 0 where nobody ever set one
 * @param successor release that takes its place, where it is superseded
 */
public record ReleaseStanding(
    String owner, Status status, long since, Optional<Bytes32> successor) {
  /** What became of a release; it stays readable whatever that is. */
  public enum Status {
    ACTIVE,
    DEPRECATED,
    SUPERSEDED,
    REVOKED;

    /** By their numbers in the contract. */
    private static final List<Status> NUMBERED = List.of(ACTIVE, DEPRECATED, SUPERSEDED, REVOKED);

    /** The next word as a status. */
    public static Status read(AbiReader data) {
      return NUMBERED.get((int) data.number(NUMBERED.size() - 1));
    }
  }

  public ReleaseStanding {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(successor, "successor");
  }

  /** What a user should know of it; empty where there is nothing. */
  public Optional<String> warning() {
    return status == Status.ACTIVE
        ? Optional.empty()
        : Optional.of(
            "%s in block %d, as those who maintain the model say%s"
                .formatted(
                    status.name().toLowerCase(Locale.ROOT),
                    since,
                    successor.map(id -> "; its successor is release " + id).orElse("")));
  }
}
