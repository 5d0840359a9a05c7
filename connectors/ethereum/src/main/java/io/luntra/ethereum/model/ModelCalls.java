package io.luntra.ethereum.model;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.ModelRegistry;
import io.luntra.ethereum.call.BindingCodec;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

/** What owners and maintainers of models ask the registry to do. */
public final class ModelCalls {
  private static final int MAX_REASON_BYTES = 256;

  /** By their numbers in the contract. */
  private static final List<ReleaseStanding.Status> STATUSES =
      List.of(
          ReleaseStanding.Status.ACTIVE,
          ReleaseStanding.Status.DEPRECATED,
          ReleaseStanding.Status.SUPERSEDED,
          ReleaseStanding.Status.REVOKED);

  private final String registry;
  private final ModelRegistry codec;

  /**
   * Calls of one registry.
   *
   * @param registry 0x and 40 lower-case digits
   */
  public ModelCalls(String registry) {
    this.registry = registry;
    this.codec = BindingCodec.of(ModelRegistry::load, registry);
  }

  /** Gives an account a role, or takes it back with NONE. */
  public ContractCall setRole(Model model, String account, Role role) {
    return ContractCall.of(
        "role of %s for model %s of %s: %s"
            .formatted(account, model.name(), model.creator(), name(role)),
        registry,
        codec
            .setCollaborator(id(model), new Address(account), new Uint8(role.number()))
            .encodeFunctionCall());
  }

  /** Makes an account the owner, for good; all roles end. */
  public ContractCall transfer(Model model, String account) {
    return ContractCall.of(
        "transfer of model %s of %s to %s".formatted(model.name(), model.creator(), account),
        registry,
        codec
            .safeTransferFrom(new Address(model.owner()), new Address(account), id(model))
            .encodeFunctionCall());
  }

  /**
   * Says what became of a release.
   *
   * @param successor where the status is SUPERSEDED, and nowhere else
   * @param reason for people, at most 256 bytes
   * @throws InvalidInputException when successor or reason do not fit
   */
  public ContractCall setStatus(
      Model model,
      Bytes32 releaseId,
      ReleaseStanding.Status status,
      Optional<Bytes32> successor,
      String reason) {
    boolean superseded = status == ReleaseStanding.Status.SUPERSEDED;
    if (superseded != successor.isPresent()) {
      throw new InvalidInputException(
          superseded
              ? "A release that is superseded needs a successor"
              : "Status %s takes no successor".formatted(name(status)));
    }
    return ContractCall.of(
        "status of %s (%s): %s%s%s"
            .formatted(
                model.nameOf(releaseId),
                releaseId,
                name(status),
                successor.map(id -> " by " + id).orElse(""),
                reason.isEmpty() ? "" : ", as " + checkedReason(reason)),
        registry,
        codec
            .setStatus(
                word(releaseId),
                new Uint8(STATUSES.indexOf(status)),
                word(successor.orElse(Bytes32.ZERO)),
                new Utf8String(reason))
            .encodeFunctionCall());
  }

  /**
   * A reason that contracts take and terminals can show.
   *
   * @throws InvalidInputException when it is longer than 256 bytes or has control characters
   */
  public static String checkedReason(String reason) {
    int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_REASON_BYTES) {
      throw new InvalidInputException(
          "Reason of %d bytes, expected at most %d".formatted(bytes, MAX_REASON_BYTES));
    }
    if (reason.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidInputException("Reason with control characters");
    }
    return reason;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Uint256 id(Model model) {
    return new Uint256(new BigInteger(1, model.id().bytes()));
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }
}
