package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.event.ChainReads;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.VersionedHash;
import io.luntra.proof.BlobInclusion;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.web3j.crypto.Hash;

/**
 * Finds releases in the registry contract, by its events and the transactions they come from. The
 * RPC node is trusted for what is on the chain, and for nothing else: answers are bounded, and
 * every lane's accumulator is computed again from the blobs of its transactions.
 */
public final class RegistryReader {
  private static final int MAX_ANSWER_BYTES = 65_536;
  private static final int MAX_LISTED = 20;
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final String ACCUMULATOR = Hash.sha3String("accumulator(bytes32,address)");

  private static final String STANDING = Hash.sha3String("standing(bytes32)");
  private static final String RELEASE = Hash.sha3String("release(bytes32)");
  private static final String VERIFY_BLOB =
      Hash.sha3String("verifyBlob(bytes32,uint8,uint32,bytes32,bytes32[])");
  private static final String OWNER_OF = Hash.sha3String("ownerOf(uint256)");

  private final JsonRpc rpc;
  private final String registry;

  /**
   * A reader of one registry.
   *
   * @param registry address of the contract, 0x and 40 hex digits
   */
  public RegistryReader(Endpoint rpc, String registry) {
    this.rpc = new JsonRpc(rpc);
    this.registry = address("registry", registry);
  }

  /**
   * The sealed release of this name, whoever registered it.
   *
   * @throws InvalidInputException when nobody answers at the endpoint, no registry is at the
   *     address, nobody published the release, or models of several accounts have that name
   * @throws VerificationException when it is not sealed, or its records contradict each other
   * @throws LuntraException when the node answers with what cannot be
   */
  public PublishedRelease find(ReleaseName name) {
    return find(name, List.of(), Optional.empty());
  }

  /** The sealed release of this creator's model; fails as {@link #find(ReleaseName)}. */
  public PublishedRelease find(ReleaseName name, String creator) {
    return find(name, List.of(address("creator", creator)), Optional.empty());
  }

  /** The sealed release of this name and id; fails as {@link #find(ReleaseName)}. */
  public PublishedRelease find(ReleaseName name, Bytes32 releaseId) {
    return find(name, List.of(), Optional.of(releaseId));
  }

  private PublishedRelease find(
      ReleaseName name, List<String> creators, Optional<Bytes32> releaseId) {
    ContractEvents logs = ContractEvents.of(rpc, "registry", registry);
    long first = logs.firstBlock();
    long head = rpc.call("eth_blockNumber").number();
    ReleaseOpening opening = opening(logs, name, creators, releaseId, first, head);
    String where = "Release %s of %s (%s)".formatted(name, opening.creator(), opening.releaseId());
    ReleaseSeal seal = seal(logs, where, opening, head);

    ChainReads chain = new ChainReads(rpc);
    Map<String, List<ContractEvent>> events =
        new LaneEvents(logs, chain, opening.releaseId(), opening.lanes())
            .until(seal.event(), first, opening.event().blockNumber(), seal.accumulators());
    List<PublishedBatch> batches = new ArrayList<>();
    for (int i = 0; i < opening.lanes().size(); i++) {
      String lane = opening.lanes().get(i);
      List<PublishedBatch> ofLane =
          events.get(lane).stream().map(event -> PublishedBatch.of(lane, event, chain)).toList();
      checkLane(
          "%s, lane %d (%s)".formatted(where, i, lane),
          events.get(lane),
          ofLane,
          seal.accumulators().get(i));
      batches.addAll(ofLane);
    }
    long blobs = batches.stream().mapToLong(batch -> batch.blobHashes().size()).sum();
    if (blobs != opening.blobCount()) {
      throw new VerificationException(
          "%s: %d blobs were appended, %d declared when it was opened"
              .formatted(where, blobs, opening.blobCount()));
    }
    return new PublishedRelease(
        name,
        opening.releaseId(),
        opening.creator(),
        opening.publisher(),
        rpc.call("eth_chainId").number(),
        seal.merkleRoot(),
        seal.parents(),
        opening.lanes(),
        batches,
        rootManifest(where, chain, opening, seal));
  }

  /**
   * Makes sure that there is a registry to talk to.
   *
   * @throws InvalidInputException when nobody answers at the endpoint, or no registry is at the
   *     address
   */
  public void requireDeployed() {
    ContractEvents.of(rpc, "registry", registry);
  }

  /** Of the chain that the registry is on. */
  public long chainId() {
    return rpc.call("eth_chainId").number();
  }

  /** The Merkle root that a release was sealed with; empty when none of this id was. */
  public Optional<Bytes32> sealedMerkleRoot(Bytes32 releaseId) {
    AbiReader record = read("record", RELEASE, releaseId);
    record.skip(2);
    boolean isSealed = record.number(Long.MAX_VALUE) != 0;
    record.skip(2);
    Bytes32 merkleRoot = record.bytes32();
    return isSealed ? Optional.of(merkleRoot) : Optional.empty();
  }

  /** Whether the registry finds a blob in a sealed release, at its place. */
  public boolean holds(Bytes32 releaseId, BlobInclusion blob) {
    byte[] answer =
        rpc.call(
                "eth_call",
                Map.of(
                    "to",
                    registry,
                    "data",
                    VERIFY_BLOB.substring(0, 10) + ProofAbi.place(releaseId, blob)),
                "latest")
            .bytes(MAX_ANSWER_BYTES);
    return new AbiReader("verifyBlob of " + blob, answer).number(1) == 1;
  }

  /** What stands beside a release's record now. */
  public ReleaseStanding standing(PublishedRelease release) {
    Bytes32 modelId = ReleaseIds.model(release.creator(), release.name().name());
    AbiReader standing = read("standing", STANDING, release.releaseId());
    ReleaseStanding.Status status = ReleaseStanding.Status.read(standing);
    long since = standing.number(Long.MAX_VALUE);
    Bytes32 successor = standing.bytes32();
    AbiReader owner = read("owner", OWNER_OF, modelId);
    return new ReleaseStanding(
        owner.address(owner.bytes32()),
        status,
        since,
        successor.equals(Bytes32.ZERO) ? Optional.empty() : Optional.of(successor));
  }

  private AbiReader read(String what, String selector, Bytes32 argument) {
    String data = selector.substring(0, 10) + argument.toHex().substring(2);
    byte[] answer =
        rpc.call("eth_call", Map.of("to", registry, "data", data), "latest")
            .bytes(MAX_ANSWER_BYTES);
    return new AbiReader(what + " of " + argument, answer);
  }

  /** How many blobs of a release the registry has recorded for an account so far. */
  public long blobCount(Bytes32 releaseId, String lane) {
    String data =
        ACCUMULATOR.substring(0, 10)
            + releaseId.toHex().substring(2)
            + "0".repeat(24)
            + address("lane", lane).substring(2);
    byte[] answer =
        rpc.call("eth_call", Map.of("to", registry, "data", data), "latest")
            .bytes(MAX_ANSWER_BYTES);
    return Accumulator.blobCount(new AbiReader("accumulator of " + lane, answer).bytes32());
  }

  private ReleaseOpening opening(
      ContractEvents logs,
      ReleaseName name,
      List<String> creators,
      Optional<Bytes32> releaseId,
      long first,
      long head) {
    List<String> creatorTopics = creators.stream().map(ContractEvents::topic).toList();
    List<String> otherVersions = new ArrayList<>();
    List<ReleaseOpening> openings = new ArrayList<>();
    for (ContractEvent event :
        logs.findBetween(
            EventKind.RELEASE_OPENED,
            first,
            head,
            ContractEvents.ANY,
            creatorTopics.isEmpty() ? ContractEvents.ANY : creatorTopics,
            ContractEvents.hash(name.name()))) {
      ReleaseOpening opening = opening(name, event);
      if (releaseId.isPresent() && !releaseId.get().equals(opening.releaseId())) {
        continue;
      }
      if (opening.name().version().equals(name.version())) {
        openings.add(opening);
      } else {
        otherVersions.add(opening.name().version());
      }
    }
    String where =
        "Release %s in registry %s of %s (blocks %d to %d)"
            .formatted(name, registry, rpc.name(), first, head);
    if (openings.isEmpty()) {
      throw new InvalidInputException(
          "%s: not published%s; other versions: %s"
              .formatted(
                  where,
                  creators.isEmpty() ? "" : " under " + creators.get(0),
                  otherVersions.isEmpty() ? "none" : listed(otherVersions)));
    }
    List<String> found = openings.stream().map(ReleaseOpening::creator).distinct().toList();
    if (found.size() > 1) {
      throw new InvalidInputException(
          "%s: models of %d accounts have this name; choose with --creator: %s"
              .formatted(where, found.size(), listed(found)));
    }
    if (openings.size() > 1) {
      throw new LuntraException(
          "%s: opened %d times under %s, which the registry does not allow"
              .formatted(where, openings.size(), found.get(0)));
    }
    return openings.get(0);
  }

  private static ReleaseOpening opening(ReleaseName wanted, ContractEvent event) {
    ReleaseOpening opening = ReleaseOpening.of(event);
    if (!opening.name().name().equals(wanted.name())) {
      throw new LuntraException(
          "%s: it is of %s, asked for was %s".formatted(event.where(), opening.name(), wanted));
    }
    return opening;
  }

  private static ReleaseSeal seal(
      ContractEvents logs, String where, ReleaseOpening opening, long head) {
    List<ContractEvent> events =
        logs.findBetween(
            EventKind.RELEASE_SEALED,
            opening.event().blockNumber(),
            head,
            opening.releaseId().toHex());
    if (events.isEmpty()) {
      throw new VerificationException(
          "%s: opened in block %d and not sealed by block %d"
              .formatted(where, opening.event().blockNumber(), head));
    }
    ContractEvent event = events.get(0);
    ReleaseSeal seal = ReleaseSeal.of(event);
    if (events.size() > 1
        || !opening.event().isBefore(event)
        || !seal.releaseId().equals(opening.releaseId())
        || seal.accumulators().size() != opening.lanes().size()) {
      throw new LuntraException(
          "%s: %d seals, the first in block %d with %d accumulators, expected one with %d"
              .formatted(
                  where,
                  events.size(),
                  event.blockNumber(),
                  seal.accumulators().size(),
                  opening.lanes().size()));
    }
    return seal;
  }

  private static void checkLane(
      String where, List<ContractEvent> events, List<PublishedBatch> batches, Bytes32 sealed) {
    Bytes32 accumulator = Accumulator.EMPTY;
    for (int i = 0; i < batches.size(); i++) {
      PublishedBatch batch = batches.get(i);
      Bytes32 recorded = Accumulator.of(events.get(i));
      accumulator = Accumulator.next(accumulator, batch.blobHashes());
      if (!accumulator.equals(recorded)) {
        throw new VerificationException(
            "%s, batch %d, transaction %s of %s: its blobs give accumulator %s, the event says %s"
                .formatted(where, i, batch.transaction(), batch.block(), accumulator, recorded));
      }
    }
    if (!accumulator.equals(sealed)) {
      throw new VerificationException(
          "%s: its %d batches give accumulator %s, sealed is %s"
              .formatted(where, batches.size(), accumulator, sealed));
    }
  }

  private static PublishedBatch rootManifest(
      String where, ChainReads chain, ReleaseOpening opening, ReleaseSeal seal) {
    PublishedBatch batch = PublishedBatch.of(opening.publisher(), seal.event(), chain);
    List<Bytes32> found = batch.blobHashes().stream().map(VersionedHash::asBytes32).toList();
    if (!found.equals(seal.rootManifest())) {
      throw new VerificationException(
          "%s: sealed with root manifest %s, transaction %s of %s carries %s"
              .formatted(where, seal.rootManifest(), batch.transaction(), batch.block(), found));
    }
    return batch;
  }

  private static String address(String what, String text) {
    if (!ADDRESS.matcher(text).matches()) {
      throw new InvalidInputException(
          "\"%s\" is not the address of a %s: expected 0x and 40 hex digits".formatted(text, what));
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static String listed(List<String> values) {
    List<String> distinct = values.stream().distinct().toList();
    int more = distinct.size() - MAX_LISTED;
    return String.join(", ", distinct.subList(0, Math.min(distinct.size(), MAX_LISTED)))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
