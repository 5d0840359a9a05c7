package io.luntra.ethereum.model;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.ModelRegistry;
import io.luntra.ethereum.call.BindingCodec;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Uint256;

/** Finds models by name, and who may do what for them. */
public final class ModelReader {
  private static final int MAX_NAME_BYTES = 96;
  private static final int MAX_VERSION_BYTES = 48;
  private static final int MAX_LISTED = 20;
  private static final int MAX_ACCOUNTS = 1_000;

  private final Node node;
  private final String registry;
  private final ModelRegistry codec;
  private final ContractEvents events;

  private ModelReader(Node node, String registry, ContractEvents events) {
    this.node = node;
    this.registry = registry;
    this.codec = BindingCodec.of(ModelRegistry::load, registry);
    this.events = events;
  }

  /**
   * A reader of one registry.
   *
   * @param registry 0x and 40 lower-case digits
   * @throws InvalidInputException when no registry is there
   */
  public static ModelReader of(Node node, String registry) throws InterruptedException {
    return new ModelReader(node, registry, ContractEvents.of(node.rpc(), "registry", registry));
  }

  /**
   * The model of this name.
   *
   * @param creator who registered it, where several have one of this name
   * @throws InvalidInputException when nobody registered it, or several accounts did
   */
  public Model find(String name, Optional<String> creator) throws InterruptedException {
    new ReleaseName(name, "0");
    Map<String, Map<Bytes32, String>> byCreator = new TreeMap<>();
    for (ContractEvent event :
        events.find(
            EventKind.RELEASE_OPENED,
            ContractEvents.ANY,
            creator.map(ContractEvents::topic).orElse(ContractEvents.ANY),
            ContractEvents.hash(name))) {
      AbiReader data = event.parameters();
      Bytes32 releaseId = event.indexed().get(0);
      String account = data.address(event.indexed().get(1));
      String model = data.text(MAX_NAME_BYTES);
      String version = data.text(MAX_VERSION_BYTES);
      if (!model.equals(name) || !releaseId.equals(releaseId(event, account, model, version))) {
        throw contradictory(event);
      }
      byCreator.computeIfAbsent(account, key -> new LinkedHashMap<>()).put(releaseId, version);
    }
    if (byCreator.isEmpty()) {
      throw new InvalidInputException(
          "Model %s%s: nobody published a release of it in registry %s"
              .formatted(name, creator.map(of -> " of " + of).orElse(""), registry));
    }
    if (byCreator.size() > 1) {
      List<String> creators = List.copyOf(byCreator.keySet());
      throw new InvalidInputException(
          "Model %s: %d accounts registered one of this name; choose with --creator: %s"
              .formatted(
                  name,
                  creators.size(),
                  String.join(", ", creators.subList(0, Math.min(MAX_LISTED, creators.size())))));
    }
    String account = byCreator.keySet().iterator().next();
    Bytes32 id = ReleaseIds.model(account, name);
    AbiReader owner = read("ownerOf", codec.ownerOf(uint(id)).encodeFunctionCall());
    return new Model(name, account, id, owner.address(), byCreator.get(account));
  }

  private static Bytes32 releaseId(
      ContractEvent event, String creator, String model, String version) {
    try {
      return ReleaseIds.of(creator, new ReleaseName(model, version));
    } catch (InvalidInputException e) {
      throw new LuntraException(
          "Event in transaction %s: %s".formatted(event.transaction(), e.getMessage()), e);
    }
  }

  private static LuntraException contradictory(ContractEvent event) {
    return new LuntraException(
        "Event ReleaseOpened in transaction %s: name, version and id do not agree"
            .formatted(event.transaction()));
  }

  /** What an account may do for a model now. */
  public Role role(Model model, String account) throws InterruptedException {
    String data = codec.roleOf(uint(model.id()), new Address(account)).encodeFunctionCall();
    return Role.of((int) read("roleOf", data).number(Role.LAST));
  }

  /** Those to whom the owner gave a role that they have now, in the order they first got one. */
  public Map<String, Role> collaborators(Model model) throws InterruptedException {
    Set<String> accounts = new LinkedHashSet<>();
    for (ContractEvent event : events.find(EventKind.COLLABORATOR_SET, model.id().toHex())) {
      accounts.add(event.parameters().address(event.indexed().get(1)));
    }
    if (accounts.size() > MAX_ACCOUNTS) {
      throw new LuntraException(
          "Model %s: %d accounts were given roles, expected at most %d"
              .formatted(model.name(), accounts.size(), MAX_ACCOUNTS));
    }
    Map<String, Role> roles = new LinkedHashMap<>();
    for (String account : new ArrayList<>(accounts)) {
      Role role = role(model, account);
      if (role == Role.PUBLISHER || role == Role.MAINTAINER) {
        roles.put(account, role);
      }
    }
    return roles;
  }

  private AbiReader read(String what, String data) throws InterruptedException {
    return new AbiReader(what + " of " + registry, node.call(registry, data));
  }

  private static Uint256 uint(Bytes32 id) {
    return new Uint256(new BigInteger(1, id.bytes()));
  }
}
