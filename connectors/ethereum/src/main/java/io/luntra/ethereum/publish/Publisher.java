package io.luntra.ethereum.publish;

import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.web3j.protocol.Web3jService;

/**
 * Publishes staged releases on a registry contract, exactly once however often it is run. It keeps
 * nothing between calls but what the journal and the chain hold. One publisher at a time uses an
 * account, which leases in the journal see to, and the account must send nothing else.
 */
public final class Publisher {
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

  private final Setup setup;

  private Publisher(Builder builder) {
    String registry = required(builder.registry, "registry");
    List<Signer> lanes = List.copyOf(required(builder.lanes, "lanes"));
    if (!ADDRESS.matcher(registry).matches()) {
      throw new InvalidInputException(
          "Registry \"%s\" is not an address of 40 hex digits".formatted(registry));
    }
    Set<String> accounts = new HashSet<>();
    for (Signer lane : lanes) {
      if (!accounts.add(lane.address())) {
        throw new InvalidInputException("Account %s is given twice".formatted(lane.address()));
      }
    }
    if (lanes.isEmpty()) {
      throw new InvalidInputException("No account to publish from");
    }
    setup =
        new Setup(
            required(builder.staging, "staging"),
            required(builder.journal, "journal"),
            required(builder.service, "service"),
            List.copyOf(builder.witnesses),
            registry.toLowerCase(Locale.ROOT),
            lanes,
            builder.creators,
            builder.policy,
            Optional.ofNullable(builder.readBack),
            builder.listener,
            builder.pacer);
  }

  /** All that a publication works with; the registry in lower case. */
  record Setup(
      StagingStore staging,
      Journal journal,
      Web3jService service,
      List<EndpointService> witnesses,
      String registry,
      List<Signer> lanes,
      Map<String, String> creators,
      PublishPolicy policy,
      Optional<ReadBack> readBack,
      PublishListener listener,
      Pacer pacer) {}

  private static <T> T required(T value, String name) {
    return Objects.requireNonNull(value, name);
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Publishes releases, smallest first, each sealed as soon as all its batches are confirmed.
   * Returns when all seals are confirmed. Whatever ends it early, calling it again goes on where
   * the chain stands.
   *
   * @throws PublishStoppedException when somebody has to act first: a transaction reverted, the
   *     budget or a balance does not do, lanes differ from those that a release began with
   * @throws io.luntra.failure.VerificationException when the chain has other content under a
   *     release's name
   * @throws io.luntra.failure.LuntraException when a node or the journal fails, or nothing moves
   */
  public List<PublishedRelease> publish(List<StagedRelease> releases) throws InterruptedException {
    return Publication.of(setup, releases).publish();
  }

  /**
   * Takes back what these accounts have in flight: each transaction is replaced, at twice its fees,
   * by one of the same nonce that publishes nothing. What is in a block already stays. Publishing
   * can go on afterwards, with new transactions.
   *
   * @return how many transactions were cancelled in time
   */
  public int cancel() throws InterruptedException {
    return Publication.of(setup, List.of()).cancel();
  }

  /** What a publisher works with. From policy on there are defaults; the rest is needed. */
  public static final class Builder {
    private StagingStore staging;
    private Journal journal;
    private Web3jService service;
    private List<EndpointService> witnesses = List.of();
    private String registry;
    private List<Signer> lanes;
    private Map<String, String> creators = Map.of();
    private PublishPolicy policy = PublishPolicy.defaults();
    private ReadBack readBack;
    private PublishListener listener = PublishListener.none();
    private Pacer pacer = Pacer.system();

    private Builder() {}

    public Builder staging(StagingStore value) {
      staging = value;
      return this;
    }

    /** Stays the caller's to close. */
    public Builder journal(Journal value) {
      journal = value;
      return this;
    }

    /** JSON-RPC of an execution node; stays the caller's to close. */
    public Builder service(Web3jService value) {
      service = value;
      return this;
    }

    /**
     * Nodes that are asked one by one, the one behind {@link #service} among them, before a batch
     * counts as confirmed; none by default.
     */
    public Builder witnesses(List<EndpointService> value) {
      witnesses = required(value, "witnesses");
      return this;
    }

    /** Address of the registry contract. */
    public Builder registry(String value) {
      registry = value;
      return this;
    }

    /** Accounts that send blobs and nothing else; the first is the publisher of the releases. */
    public Builder lanes(List<Signer> value) {
      lanes = value;
      return this;
    }

    /**
     * Whose models some of the releases are of: accounts, 0x and 40 hex digits, by keys of staged
     * releases. All others are the publisher's own.
     */
    public Builder creators(Map<String, String> value) {
      creators = new HashMap<>(required(value, "creators"));
      creators.replaceAll((key, creator) -> creator.toLowerCase(Locale.ROOT));
      return this;
    }

    public Builder policy(PublishPolicy value) {
      policy = required(value, "policy");
      return this;
    }

    /** Where published blobs are read before they count as confirmed; nowhere by default. */
    public Builder readBack(ReadBack value) {
      readBack = required(value, "readBack");
      return this;
    }

    public Builder listener(PublishListener value) {
      listener = required(value, "listener");
      return this;
    }

    public Builder pacer(Pacer value) {
      pacer = required(value, "pacer");
      return this;
    }

    public Publisher build() {
      return new Publisher(this);
    }
  }
}
