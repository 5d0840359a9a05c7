package io.luntra.ethereum.history;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.registry.ReleaseOpening;
import io.luntra.ethereum.registry.ReleaseSeal;
import io.luntra.ethereum.registry.ReleaseStanding.Status;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseIds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All models of a registry with their sealed releases, out of its events. */
public final class RegistryHistory {
  /** The events that it takes. */
  public static final List<EventKind> KINDS =
      List.of(
          EventKind.RELEASE_OPENED,
          EventKind.RELEASE_SEALED,
          EventKind.TRANSFER,
          EventKind.STATUS_SET);

  private static final int MAX_REASON_BYTES = 256;
  private static final String NOBODY = "0x" + "0".repeat(40);

  private final Map<Bytes32, ReleaseOpening> openings = new LinkedHashMap<>();
  private final Map<Bytes32, SealedRelease> releases = new LinkedHashMap<>();
  private final Map<Bytes32, String> owners = new LinkedHashMap<>();
  private final Map<Bytes32, List<ModelHistory.Transfer>> transfers = new LinkedHashMap<>();
  private final Map<Bytes32, ModelHistory> models = new LinkedHashMap<>();

  private RegistryHistory() {}

  /**
   * What these events come to.
   *
   * @param events oldest first, all of {@link #KINDS}
   * @throws LuntraException when they are malformed or contradict each other
   */
  public static RegistryHistory of(List<ContractEvent> events) {
    RegistryHistory history = new RegistryHistory();
    events.forEach(history::take);
    history.gather();
    return history;
  }

  /** Models with a sealed release, in the order in which their first was sealed. */
  public Collection<ModelHistory> models() {
    return models.values();
  }

  /** The model of this token, if a release of it was sealed. */
  public Optional<ModelHistory> model(Bytes32 modelId) {
    return Optional.ofNullable(models.get(modelId));
  }

  /** The sealed release of this id. */
  public Optional<SealedRelease> release(Bytes32 releaseId) {
    return Optional.ofNullable(releases.get(releaseId));
  }

  /**
   * The model of a name.
   *
   * @param creator account that registered it, 0x and 40 lower-case digits
   * @throws InvalidInputException when there is none with a sealed release, or several accounts
   *     have one
   */
  public ModelHistory find(String name, Optional<String> creator) {
    List<ModelHistory> found =
        models.values().stream()
            .filter(model -> model.name().equals(name))
            .filter(model -> creator.isEmpty() || model.creator().equals(creator.get()))
            .toList();
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "Model %s: no release of it was sealed%s"
              .formatted(name, creator.map(account -> " under " + account).orElse("")));
    }
    if (found.size() > 1) {
      throw new InvalidInputException(
          "Models of %d accounts are called %s; choose with --creator: %s"
              .formatted(
                  found.size(),
                  name,
                  String.join(", ", found.stream().map(ModelHistory::creator).limit(20).toList())));
    }
    return found.get(0);
  }

  private void take(ContractEvent event) {
    switch (event.kind()) {
      case RELEASE_OPENED -> open(event);
      case RELEASE_SEALED -> seal(event);
      case TRANSFER -> transfer(event);
      case STATUS_SET -> setStatus(event);
      default -> throw new IllegalArgumentException(event.where());
    }
  }

  private void open(ContractEvent event) {
    ReleaseOpening opening = ReleaseOpening.of(event);
    if (openings.put(opening.releaseId(), opening) != null) {
      throw contradicts(event, "release %s was opened before", opening.releaseId());
    }
  }

  private void seal(ContractEvent event) {
    ReleaseSeal seal = ReleaseSeal.of(event);
    ReleaseOpening opening = openings.get(seal.releaseId());
    if (opening == null) {
      throw contradicts(event, "release %s was never opened", seal.releaseId());
    }
    for (Bytes32 parent : seal.parents()) {
      if (!releases.containsKey(parent)) {
        throw contradicts(event, "parent %s is not sealed", parent);
      }
    }
    SealedRelease release =
        new SealedRelease(
            opening.name(),
            opening.releaseId(),
            ReleaseIds.model(opening.creator(), opening.name().name()),
            opening.creator(),
            opening.publisher(),
            event,
            rootManifest(event, seal),
            seal.parents(),
            Optional.empty());
    if (releases.put(release.releaseId(), release) != null) {
      throw contradicts(event, "release %s was sealed before", release.releaseId());
    }
  }

  private static List<VersionedHash> rootManifest(ContractEvent event, ReleaseSeal seal) {
    for (Bytes32 hash : seal.rootManifest()) {
      if (hash.bytes()[0] != 1) {
        throw new LuntraException(
            "%s: expected a versioned hash, found %s".formatted(event.where(), hash));
      }
    }
    return seal.rootManifest().stream().map(hash -> new VersionedHash(hash.bytes())).toList();
  }

  private void transfer(ContractEvent event) {
    String from = event.address(0);
    String to = event.address(1);
    Bytes32 modelId = event.indexed().get(2);
    String owner = owners.put(modelId, to);
    if (!from.equals(owner == null ? NOBODY : owner)) {
      throw contradicts(event, "it takes a model from %s that is not its owner", from);
    }
    if (owner != null) {
      transfers
          .computeIfAbsent(modelId, id -> new ArrayList<>())
          .add(new ModelHistory.Transfer(event, from, to));
    }
  }

  private void setStatus(ContractEvent event) {
    Bytes32 releaseId = event.indexed().get(0);
    AbiReader data = event.parameters();
    Status status = Status.read(data);
    Bytes32 successor = data.bytes32();
    SealedRelease.Standing standing =
        new SealedRelease.Standing(
            status,
            event.address(1),
            event.blockNumber(),
            Optional.of(successor).filter(id -> !id.equals(Bytes32.ZERO)),
            data.text(MAX_REASON_BYTES));
    if (releases.computeIfPresent(releaseId, (id, release) -> with(release, standing)) == null) {
      throw contradicts(event, "release %s is not sealed", releaseId);
    }
  }

  private static SealedRelease with(SealedRelease release, SealedRelease.Standing standing) {
    return new SealedRelease(
        release.name(),
        release.releaseId(),
        release.modelId(),
        release.creator(),
        release.publisher(),
        release.seal(),
        release.rootManifest(),
        release.parents(),
        Optional.of(standing));
  }

  private void gather() {
    Map<Bytes32, List<SealedRelease>> byModel = new LinkedHashMap<>();
    for (SealedRelease release : releases.values()) {
      byModel.computeIfAbsent(release.modelId(), id -> new ArrayList<>()).add(release);
    }
    byModel.forEach(
        (modelId, ofModel) -> {
          SealedRelease first = ofModel.get(0);
          String owner = owners.get(modelId);
          if (owner == null) {
            throw contradicts(first.seal(), "model %s has no owner", modelId);
          }
          models.put(
              modelId,
              new ModelHistory(
                  modelId,
                  first.creator(),
                  first.name().name(),
                  owner,
                  transfers.getOrDefault(modelId, List.of()),
                  ofModel));
        });
  }

  private static LuntraException contradicts(ContractEvent event, String found, Object subject) {
    return new LuntraException(
        "%s contradicts the events before it: %s; did the chain reorganise?"
            .formatted(event.where(), found.formatted(subject)));
  }
}
