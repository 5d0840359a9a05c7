package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.journal.ReleaseBegun;
import io.luntra.ethereum.node.FeeMarket;
import io.luntra.ethereum.node.Head;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.NodeException;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.registry.AppendedBatches;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import io.luntra.release.ReleaseIds;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One call of the publisher: recovery, then rounds of settling and sending until all is sealed. */
final class Publication {
  private final Session session;
  private final Leases leases;
  private final Settlement settlement;
  private final Sender sender;
  private final Set<Bytes32> stoodAlready = new HashSet<>();
  private Head head;

  private Publication(Session session) {
    this.session = session;
    this.leases = new Leases(session);
    this.settlement = new Settlement(session);
    this.sender = new Sender(session);
  }

  static Publication of(Publisher.Setup setup, List<StagedRelease> releases)
      throws InterruptedException {
    PublishPolicy policy = setup.policy();
    Node node = new Node(setup.service(), setup.pacer(), policy.pollInterval());
    Instant now = setup.pacer().now();
    List<Lane> lanes = setup.lanes().stream().map(signer -> new Lane(signer, now)).toList();
    return new Publication(
        new Session(
            setup,
            network(setup, node),
            node,
            Witnesses.of(setup.witnesses(), setup.pacer()),
            new RegistryCalls(setup.service(), node, setup.registry()),
            new Broadcast(setup.staging(), node),
            lanes,
            plan(releases, setup.creators(), lanes.stream().map(Lane::account).toList()),
            new Ledger(),
            new FeeWatch(node, policy.fees().tipPercentile()),
            new Pace(policy.share()),
            new Waiting(setup.listener(), setup.pacer())));
  }

  private static Network network(Publisher.Setup setup, Node node) throws InterruptedException {
    Network network = new Network(node.chainId(), node.genesisHash());
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
    return network;
  }

  private static Map<Bytes32, ReleaseRun> plan(
      List<StagedRelease> releases, Map<String, String> creators, List<String> accounts) {
    Map<Bytes32, ReleaseRun> runs = new LinkedHashMap<>();
    List<StagedRelease> smallestFirst = new ArrayList<>(releases);
    smallestFirst.sort(
        Comparator.comparingInt(StagedRelease::allBlobs).thenComparing(StagedRelease::key));
    for (StagedRelease release : smallestFirst) {
      String creator = creators.getOrDefault(release.key(), accounts.get(0));
      ReleasePlan plan = ReleasePlan.of(release, creator, accounts);
      ReleaseRun other = runs.putIfAbsent(plan.releaseId(), new ReleaseRun(plan));
      if (other != null && !other.plan().release().equals(release)) {
        throw new InvalidInputException(
            "Two staged releases are named %s: %s and %s"
                .formatted(release.name(), other.plan().release().key(), release.key()));
      }
    }
    return runs;
  }

  /** Publishes all of them. */
  List<PublishedRelease> publish() throws InterruptedException {
    underLease(
        () -> {
          for (ReleaseRun run : session.runs().values()) {
            begin(run);
          }
          rounds(() -> sender.sendRound(), () -> session.allDone());
        });
    return session.runs().values().stream()
        .map(ReleaseRun::plan)
        .map(
            plan ->
                new PublishedRelease(
                    plan.release().key(),
                    plan.release().name(),
                    plan.releaseId(),
                    plan.merkleRoot(),
                    stoodAlready.contains(plan.releaseId())
                        ? PublishedRelease.Outcome.STOOD_ALREADY
                        : PublishedRelease.Outcome.SEALED))
        .toList();
  }

  /** Takes everything back that is in flight; returns how many transactions were cancelled. */
  int cancel() throws InterruptedException {
    Set<Long> cancelled = new HashSet<>();
    underLease(
        () ->
            rounds(
                () -> {
                  boolean any = false;
                  for (Lane lane : session.lanes()) {
                    any |= sender.cancel(lane);
                    lane.included().values().stream()
                        .filter(JournaledBatch::isCancelled)
                        .forEach(batch -> cancelled.add(batch.nonce()));
                  }
                  return any;
                },
                () -> session.lanes().stream().allMatch(Lane::isIdle)));
    return cancelled.size();
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private interface Step {
    boolean run() throws InterruptedException;
  }

  private void underLease(Work work) throws InterruptedException {
    Throwable ending = null;
    try {
      leases.take();
      for (Lane lane : session.lanes()) {
        new LaneRecovery(session).recover(lane);
      }
      work.run();
    } catch (InterruptedException | RuntimeException | Error e) {
      ending = e;
      throw e;
    } finally {
      leases.giveBack(ending);
    }
  }

  private void begin(ReleaseRun run) throws InterruptedException {
    ReleasePlan plan = run.plan();
    StagedRelease release = plan.release();
    session
        .journal()
        .begin(
            new ReleaseBegun(
                session.network(),
                session.setup().registry(),
                plan.releaseId(),
                release.name(),
                release.allBlobs(),
                release.key()));
    List<JournaledBatch> rows =
        session.journal().release(session.network(), session.setup().registry(), plan.releaseId());
    rows.forEach(session.ledger()::paid);
    RegisteredRelease registered = session.calls().release(plan.releaseId());
    if (registered.isSealed()) {
      checkSealedContent(plan, registered);
    }
    List<JournaledBatch> standing =
        rows.stream().filter(row -> row.state() != BatchState.CANCELLED).toList();
    if (registered.isSealed()
        && standing.stream().allMatch(row -> row.state() == BatchState.FINAL)) {
      run.standsAlready();
      stoodAlready.add(plan.releaseId());
    } else {
      checkOpened(plan, registered);
      if (!registered.isSealed() && plan.isOfAnother()) {
        requireRole(plan);
      }
      takeOver(run, standing);
    }
    session.listener().started(run.progress());
  }

  /** Opening and sealing would revert without it, and be paid for. */
  private void requireRole(ReleasePlan plan) throws InterruptedException {
    String publisher = plan.lanes().get(0);
    Bytes32 model = ReleaseIds.model(plan.creator(), plan.release().name().name());
    if (!session.calls().mayPublish(model, publisher)) {
      throw new PublishStoppedException(
          "%s: %s has no role for this model of %s: its owner has to give it one"
              .formatted(plan.release().name(), publisher, plan.creator()));
    }
  }

  private void takeOver(ReleaseRun run, List<JournaledBatch> rows) throws InterruptedException {
    ReleasePlan plan = run.plan();
    for (JournaledBatch row : rows) {
      if (row.state() == BatchState.FAILED) {
        throw Settlement.reverted(run, row);
      }
      if (run.isAhead(row)) {
        int lane = run.laneOf(row);
        adopt(run, lane, row.index() - plan.firstBlob(lane));
      }
      run.recovered(row);
    }
    for (int lane = 0; lane < plan.lanes().size(); lane++) {
      Bytes32 accumulator = session.calls().accumulator(plan.releaseId(), plan.lanes().get(lane));
      long count = Accumulator.blobCount(accumulator);
      if (count > run.signedBlobs(lane)) {
        adopt(run, lane, (int) Math.min(count, Integer.MAX_VALUE));
      }
      run.requireOnItsWay(lane, accumulator);
    }
  }

  /** What the registry has and the journal lacks, which was lost then, counts as published. */
  private void adopt(ReleaseRun run, int lane, int until) throws InterruptedException {
    ReleasePlan plan = run.plan();
    List<Long> counts =
        AppendedBatches.blobCounts(
            session.setup().service(),
            session.setup().registry(),
            plan.releaseId(),
            plan.lanes().get(lane),
            session.calls().deploymentBlock(),
            session.node().blockNumber());
    run.adopt(lane, counts, until);
  }

  private static void checkSealedContent(ReleasePlan plan, RegisteredRelease registered) {
    Bytes32 rootManifest = RegisteredRelease.digest(plan.release().rootManifest());
    if (!registered.merkleRoot().equals(plan.merkleRoot())
        || !registered.rootManifestDigest().equals(rootManifest)
        || !registered.parentsDigest().equals(RegisteredRelease.parentsDigest(plan.parents()))
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

  private void rounds(Step send, Step done) throws InterruptedException {
    Instant answered = session.now();
    while (!done.run()) {
      boolean moved = false;
      try {
        moved = round(send);
        answered = session.now();
      } catch (NodeException e) {
        session.waiting().on(Waiting.Cause.NODE, e.getMessage());
        if (session.now().isAfter(answered.plus(session.policy().patience()))) {
          throw e;
        }
      }
      if (!moved) {
        session.setup().pacer().pause(session.policy().pollInterval());
      }
    }
  }

  private boolean round(Step send) throws InterruptedException {
    leases.keep();
    Head next = session.node().head(session.policy().confirmation());
    boolean isNew = head == null || !next.hash().equals(head.hash());
    boolean moved = false;
    for (Lane lane : session.lanes()) {
      moved |= settlement.settle(lane);
    }
    if (isNew) {
      settlement.newHead();
      session.fees().observe(next);
      session.pace().observe(session.fees().history(), session.fees().schedule());
    }
    for (Lane lane : session.lanes()) {
      if (isNew) {
        settlement.recheck(lane);
      }
      if (isNew || lane.hasTrouble()) {
        sender.sendForgotten(lane);
      }
      if (isNew) {
        sender.replaceStuck(lane);
      }
      moved |= settlement.confirm(lane, next);
    }
    head = next;
    moved |= send.run();
    if (isNew) {
      session.listener().head(state());
    }
    checkPatience();
    return moved;
  }

  private PublisherState state() {
    FeeMarket market = session.fees().next();
    return new PublisherState(
        head.number(),
        market.baseFee(),
        market.blobBaseFee(),
        market.tip().max(session.policy().fees().minTip()),
        session.ledger().spent(),
        session.lanes().stream().map(Lane::exposure).reduce(BigInteger.ZERO, BigInteger::add),
        session.lanes().stream()
            .map(
                lane ->
                    new PublisherState.LaneState(
                        lane.account(),
                        lane.nextNonce(),
                        lane.inFlight().size(),
                        lane.included().size()))
            .toList());
  }

  private void checkPatience() throws InterruptedException {
    Duration patience = session.policy().patience();
    for (Lane lane : session.lanes()) {
      InFlight oldest = lane.inFlight().peekFirst();
      if (oldest != null && session.now().isAfter(lane.moved().plus(patience))) {
        throw new LuntraException(
            "Pending for more than %s: %s; the account is at nonce %d on chain, %d in flight%s"
                .formatted(
                    patience,
                    oldest.batch().describe(),
                    session.node().nonce(lane.account()),
                    lane.inFlight().size(),
                    oldest.trouble().isEmpty() ? "" : "; " + oldest.trouble()));
      }
    }
  }
}
