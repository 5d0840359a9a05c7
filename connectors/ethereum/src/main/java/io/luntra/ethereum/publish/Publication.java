package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One call of the publisher: recovery, then rounds of sending and settling until all is sealed. */
final class Publication {
  private final Publisher.Setup setup;
  private final PublishPolicy policy;
  private final Journal journal;
  private final Node node;
  private final RegistryCalls calls;
  private final Broadcast broadcast;
  private final List<Lane> lanes;
  private final Map<Bytes32, ReleaseRun> runs = new LinkedHashMap<>();
  private final Map<Bytes32, PublishedRelease.Outcome> outcomes = new HashMap<>();
  private Network network;
  private Allowance allowance;
  private BigInteger spent = BigInteger.ZERO;
  private String waitingFor = "";
  private long lastBlock = -1;

  Publication(Publisher.Setup setup) {
    this.setup = setup;
    policy = setup.policy();
    journal = setup.journal();
    node = new Node(setup.service(), setup.pacer(), policy.pollInterval());
    calls = new RegistryCalls(setup.service(), node, setup.registry());
    broadcast = new Broadcast(setup.staging(), node);
    Instant now = setup.pacer().now();
    lanes = setup.lanes().stream().map(signer -> new Lane(signer, now)).toList();
  }

  List<PublishedRelease> run(List<StagedRelease> releases) throws InterruptedException {
    plan(releases);
    checkNetwork();
    LaneRecovery recovery =
        new LaneRecovery(
            network, journal, node, broadcast, policy, setup.listener(), setup.pacer());
    for (Lane lane : lanes) {
      recovery.recover(lane);
    }
    for (ReleaseRun run : runs.values()) {
      begin(run);
    }
    Instant moved = setup.pacer().now();
    while (!runs.values().stream().allMatch(ReleaseRun::isSealed)) {
      boolean sent = sendRound();
      boolean settled = settleRound();
      if (sent || settled) {
        moved = setup.pacer().now();
      } else {
        checkPatience(moved);
        setup.pacer().pause(policy.pollInterval());
      }
    }
    return runs.values().stream()
        .map(
            run ->
                new PublishedRelease(
                    run.plan().release().key(),
                    run.plan().release().name(),
                    run.plan().releaseId(),
                    run.plan().merkleRoot(),
                    outcomes.getOrDefault(run.plan().releaseId(), PublishedRelease.Outcome.SEALED)))
        .toList();
  }

  private void plan(List<StagedRelease> releases) {
    List<String> accounts = lanes.stream().map(Lane::account).toList();
    List<StagedRelease> smallestFirst = new ArrayList<>(releases);
    smallestFirst.sort(
        Comparator.comparingInt(StagedRelease::allBlobs).thenComparing(StagedRelease::key));
    for (StagedRelease release : smallestFirst) {
      ReleasePlan plan = ReleasePlan.of(release, accounts);
      ReleaseRun other = runs.putIfAbsent(plan.releaseId(), new ReleaseRun(plan));
      if (other != null && !other.plan().release().equals(release)) {
        throw new InvalidInputException(
            "Two staged releases are named %s: %s and %s"
                .formatted(release.name(), other.plan().release().key(), release.key()));
      }
    }
  }

  private void checkNetwork() throws InterruptedException {
    network = new Network(node.chainId(), node.genesisHash());
    if (!node.hasCode(setup.registry())) {
      throw new InvalidInputException(
          "There is no contract at %s on chain %d: is this the registry of this chain?"
              .formatted(setup.registry(), network.chainId()));
    }
    if (!node.atOsakaOrLater()) {
      throw new InvalidInputException(
          "Chain %d is not at Osaka yet; expected a chain that takes cell proofs (EIP-7594)"
              .formatted(network.chainId()));
    }
  }

  private void begin(ReleaseRun run) throws InterruptedException {
    ReleasePlan plan = run.plan();
    List<JournaledBatch> rows = journal.release(network, setup.registry(), plan.releaseId());
    rows.stream()
        .flatMap(row -> row.inclusion().stream())
        .forEach(inclusion -> spent = spent.add(inclusion.costWei()));
    RegisteredRelease registered = calls.release(plan.releaseId());
    if (registered.isSealed()) {
      checkSealedContent(plan, registered);
    }
    if (registered.isSealed() && rows.stream().allMatch(row -> row.inclusion().isPresent())) {
      plan.batches().forEach(batch -> run.included(batch.index()));
      outcomes.put(plan.releaseId(), PublishedRelease.Outcome.STOOD_ALREADY);
    } else {
      takeOver(run, rows);
      checkOpened(plan, registered);
      if (run.isSealed() && !registered.isSealed()) {
        throw new LuntraException(
            "%s: the seal was included, but the registry does not show it: run again"
                .formatted(plan.release().name()));
      }
      for (int lane = 0; lane < plan.lanes().size(); lane++) {
        run.standing(lane, calls.accumulator(plan.releaseId(), plan.lanes().get(lane)));
      }
    }
    setup.listener().started(run.progress());
  }

  private static void takeOver(ReleaseRun run, List<JournaledBatch> rows) {
    for (JournaledBatch row : rows) {
      run.recovered(row);
      switch (row.state()) {
        case FAILED -> throw reverted(run, row);
        case INCLUDED -> run.included(row.index());
        case JOURNALED, SENT -> run.sent(row.index());
      }
    }
  }

  private static void checkSealedContent(ReleasePlan plan, RegisteredRelease registered) {
    Bytes32 rootManifest = RegisteredRelease.digest(plan.release().rootManifest());
    if (!registered.merkleRoot().equals(plan.merkleRoot())
        || !registered.rootManifestDigest().equals(rootManifest)
        || registered.blobCount() != plan.release().blobs().size()) {
      throw new VerificationException(
          "%s is sealed with other content: Merkle root %s and %d blobs, expected %s and %d"
              .formatted(
                  plan.release().name(),
                  registered.merkleRoot(),
                  registered.blobCount(),
                  plan.merkleRoot(),
                  plan.release().blobs().size()));
    }
  }

  private static void checkOpened(ReleasePlan plan, RegisteredRelease registered) {
    if (!registered.opened()) {
      return;
    }
    if (registered.blobCount() != plan.release().blobs().size()) {
      throw new VerificationException(
          "%s was opened for %d blobs, expected %d"
              .formatted(
                  plan.release().name(), registered.blobCount(), plan.release().blobs().size()));
    }
    Bytes32 lanesDigest = RegisteredRelease.lanesDigest(plan.lanes());
    if (!registered.lanesDigest().equals(lanesDigest)) {
      throw new PublishStoppedException(
          "%s was opened with other lanes: digest %s, expected %s of %s. Run with those lanes"
              .formatted(
                  plan.release().name(), registered.lanesDigest(), lanesDigest, plan.lanes()));
    }
  }

  private boolean sendRound() throws InterruptedException {
    allowance = new Allowance(node, policy.fees(), lanes, spent);
    boolean any = false;
    for (ReleaseRun run : runs.values()) {
      while (sendOnePerLane(run)) {
        any = true;
      }
    }
    String reason = allowance.refusal();
    if (!reason.equals(waitingFor)) {
      waitingFor = reason;
      if (!reason.isEmpty()) {
        setup.listener().waiting(reason);
      }
    }
    return any;
  }

  private boolean sendOnePerLane(ReleaseRun run) throws InterruptedException {
    boolean any = false;
    for (int i = 0; i < run.plan().lanes().size(); i++) {
      Lane lane = lanes.get(i);
      if (lane.inFlight().size() >= policy.maxInFlight()) {
        continue;
      }
      Optional<PlannedBatch> batch = run.nextToSign(i);
      if (batch.isEmpty()) {
        continue;
      }
      long gasLimit = RegistryCalls.gasLimit(batch.get().kind(), run.plan().lanes().size());
      Optional<FeeCaps> caps = allowance.grant(lane, gasLimit, batch.get().hashes().size());
      if (caps.isPresent()) {
        send(run, lane, batch.get(), gasLimit, caps.get());
        any = true;
      }
    }
    return any;
  }

  private void send(ReleaseRun run, Lane lane, PlannedBatch batch, long gasLimit, FeeCaps caps)
      throws InterruptedException {
    if (batch.kind() == BatchKind.SEAL) {
      checkAccumulators(run.plan());
    }
    BlobTransaction transaction =
        new BlobTransaction(
            network.chainId(),
            lane.nextNonce(),
            caps.maxPriorityFeePerGas(),
            caps.maxFeePerGas(),
            gasLimit,
            setup.registry(),
            BigInteger.ZERO,
            calls.data(run.plan(), batch),
            caps.maxFeePerBlobGas(),
            batch.hashes());
    JournaledBatch row =
        JournaledBatch.signed(
            network,
            batch.batchId(),
            run.plan().releaseId(),
            batch.index(),
            batch.kind(),
            lane.signer().sign(transaction));
    journal.append(row);
    broadcast.send(row);
    journal.sent(row);
    lane.nextNonce(lane.nextNonce() + 1);
    if (lane.inFlight().isEmpty()) {
      lane.moved(setup.pacer().now());
    }
    lane.inFlight().addLast(row);
    run.sent(batch.index());
    setup.listener().sent(run.progress(), row);
  }

  /** A seal that reverts still pays for its blobs, so what it will find is looked at first. */
  private void checkAccumulators(ReleasePlan plan) throws InterruptedException {
    List<Bytes32> expected = plan.finalAccumulators();
    for (int lane = 0; lane < expected.size(); lane++) {
      Bytes32 found = calls.accumulator(plan.releaseId(), plan.lanes().get(lane));
      if (!found.equals(expected.get(lane))) {
        throw new LuntraException(
            "%s, lane %s, before the seal: the registry shows accumulator %s, expected %s; a"
                    .formatted(
                        plan.release().name(), plan.lanes().get(lane), found, expected.get(lane))
                + " reorganisation, or a node that lags: run again");
      }
    }
  }

  private boolean settleRound() throws InterruptedException {
    long block = node.blockNumber();
    boolean any = false;
    for (Lane lane : lanes) {
      if (lane.inFlight().isEmpty()) {
        continue;
      }
      boolean moved = settle(lane);
      any |= moved;
      if (!moved && block != lastBlock) {
        sendForgotten(lane);
      }
    }
    lastBlock = block;
    return any;
  }

  private boolean settle(Lane lane) throws InterruptedException {
    long onChain = node.nonce(lane.account());
    boolean any = false;
    while (!lane.inFlight().isEmpty() && lane.inFlight().peekFirst().nonce() < onChain) {
      JournaledBatch row = lane.inFlight().peekFirst();
      Optional<Node.Receipt> receipt = node.receipt(row.transaction().hash());
      if (receipt.isEmpty()) {
        break;
      }
      Inclusion inclusion = receipt.get().inclusion();
      ReleaseRun run = runs.get(row.releaseId());
      if (!receipt.get().succeeded()) {
        journal.failed(row, inclusion);
        throw reverted(run, row);
      }
      journal.included(row, inclusion);
      lane.inFlight().removeFirst();
      lane.moved(setup.pacer().now());
      any = true;
      if (run != null) {
        spent = spent.add(inclusion.costWei());
        run.included(row.index());
        setup.listener().included(run.progress(), row);
        if (row.kind() == BatchKind.SEAL) {
          setup.listener().sealed(run.progress());
        }
      }
    }
    return any;
  }

  /** A node may drop transactions from its pool; those are sent again, the identical bytes. */
  private void sendForgotten(Lane lane) throws InterruptedException {
    for (JournaledBatch row : lane.inFlight()) {
      if (node.knows(row.transaction().hash())) {
        return;
      }
      broadcast.send(row);
    }
  }

  private void checkPatience(Instant moved) throws InterruptedException {
    Instant limit = setup.pacer().now().minus(policy.patience());
    for (Lane lane : lanes) {
      JournaledBatch oldest = lane.inFlight().peekFirst();
      if (oldest != null && lane.moved().isBefore(limit)) {
        throw new LuntraException(
            "Pending for more than %s: %s; the account is at nonce %d on chain, %d in flight"
                .formatted(
                    policy.patience(),
                    oldest.describe(),
                    node.nonce(lane.account()),
                    lane.inFlight().size()));
      }
    }
    if (moved.isBefore(limit)) {
      throw new LuntraException(
          "Nothing could be sent for more than %s: %s".formatted(policy.patience(), waitingFor));
    }
  }

  private static PublishStoppedException reverted(ReleaseRun run, JournaledBatch row) {
    return new PublishStoppedException(
        "%s: reverted in a block, state %s: %s"
            .formatted(
                run == null ? "Release " + row.releaseId() : run.plan().release().name(),
                BatchState.FAILED,
                row.describe()));
  }
}
