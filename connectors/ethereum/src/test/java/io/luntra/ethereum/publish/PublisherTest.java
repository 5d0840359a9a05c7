package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.devnet.Answer;
import io.luntra.devnet.AnvilOptions;
import io.luntra.devnet.Call;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.devnet.Fault;
import io.luntra.devnet.StrictGate;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournalTotals;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.node.VirtualPacer;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.http.HttpService;

@Timeout(180)
class PublisherTest {
  private static final PublishPolicy POLICY =
      PublishPolicy.defaults()
          .withPollInterval(Duration.ofMillis(20))
          .withConfirmation(Confirmation.depth(0));
  private static final String NAME = "test/model@1";

  /** Of one chain for all tests, since the node's KZG set-up takes seconds. */
  private static Devnet shared;

  @TempDir Path folder;
  private String snapshot;
  private Devnet devnet;
  private StrictGate gate;
  private HttpService service;
  private Journal journal;

  @BeforeAll
  static void startChain() {
    shared = Devnet.start(DevnetOptions.defaults().withAnvil(AnvilOptions.defaults()));
  }

  @AfterAll
  static void stopChain() {
    shared.close();
  }

  @BeforeEach
  void start() throws IOException {
    snapshot = ask(shared, "evm_snapshot").asText();
    use(shared);
    journal = JdbcJournal.open(JdbcJournal.embeddedUrl(folder.resolve("journal")));
  }

  /** A gate of its own for each test: it remembers what it let through. */
  private void use(Devnet chain) {
    devnet = chain;
    gate = StrictGate.before(chain.anvil().rpcUrl());
    service = new HttpService(gate.rpcUrl());
  }

  private void useChainOfItsOwn(AnvilOptions options) {
    gate.close();
    use(Devnet.start(DevnetOptions.defaults().withAnvil(options)));
  }

  @AfterEach
  void stop() throws IOException {
    journal.close();
    gate.close();
    if (devnet != shared) {
      devnet.close();
    }
    assertThat(ask(shared, "evm_revert", snapshot).asBoolean()).isTrue();
  }

  private static JsonNode ask(Devnet chain, String method, Object... parameters)
      throws IOException {
    HttpService direct = new HttpService(chain.anvil().rpcUrl());
    return new Request<>(method, List.of(parameters), direct, Node.Answer.class).send().getResult();
  }

  private List<Credentials> lanes(int count) {
    return devnet.publisherKeys().subList(0, count).stream().map(Credentials::create).toList();
  }

  private static List<Signer> signers(List<Credentials> keys) {
    return keys.stream().<Signer>map(LocalSigner::new).toList();
  }

  private Publisher.Builder publisher(int lanes) {
    return Publisher.builder()
        .staging(TestReleases.staging())
        .journal(journal)
        .service(service)
        .registry(devnet.registryAddress())
        .lanes(signers(lanes(lanes)))
        .policy(POLICY);
  }

  private void loseJournal() {
    journal.close();
    journal = JdbcJournal.open(JdbcJournal.embeddedUrl(folder.resolve("new-journal")));
  }

  private Node node() {
    return new Node(service, Pacer.system(), Duration.ofMillis(20));
  }

  private long transactionsOnChain(int lanes) throws InterruptedException {
    long nonces = 0;
    for (Credentials lane : lanes(lanes)) {
      nonces += node().nonce(lane.getAddress());
    }
    return nonces;
  }

  private List<JournaledBatch> journaled(StagedRelease release, int lanes)
      throws InterruptedException {
    return journal.release(
        new Network(node().chainId(), node().genesisHash()),
        devnet.registryAddress(),
        plan(release, lanes).releaseId());
  }

  private ReleasePlan plan(StagedRelease release, int lanes) {
    return ReleasePlan.of(release, lanes(lanes).stream().map(Credentials::getAddress).toList());
  }

  /** The chain, not the journal, has every batch, and no transaction more. */
  private void assertPublishedExactlyOnce(StagedRelease release, int lanes)
      throws InterruptedException {
    ReleasePlan plan = plan(release, lanes);
    RegistryCalls calls = new RegistryCalls(service, node(), devnet.registryAddress());
    RegisteredRelease registered = calls.release(plan.releaseId());
    assertThat(registered.isSealed()).isTrue();
    assertThat(registered.merkleRoot()).isEqualTo(plan.merkleRoot());
    for (int lane = 0; lane < plan.lanes().size(); lane++) {
      Bytes32 accumulator = Accumulator.EMPTY;
      for (int from = plan.firstBlob(lane); from < plan.firstBlob(lane + 1); from += 6) {
        int to = Math.min(from + 6, plan.firstBlob(lane + 1));
        accumulator = Accumulator.next(accumulator, release.blobs().subList(from, to));
      }
      assertThat(calls.accumulator(plan.releaseId(), plan.lanes().get(lane)))
          .isEqualTo(accumulator);
    }
    // Six blobs in each, and the seal.
    assertThat(transactionsOnChain(lanes)).isEqualTo((release.blobs().size() + 5) / 6 + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void publishesThroughTheStrictGate(int lanes) throws Exception {
    StagedRelease release = TestReleases.large(NAME);
    List<PublishedRelease> published = publisher(lanes).build().publish(List.of(release));
    assertThat(published)
        .singleElement()
        .extracting(PublishedRelease::outcome)
        .isEqualTo(PublishedRelease.Outcome.SEALED);
    assertPublishedExactlyOnce(release, lanes);
    List<JournaledBatch> batches = journaled(release, lanes);
    assertThat(batches).extracting(JournaledBatch::state).containsOnly(BatchState.FINAL);
    JournalTotals totals = JournalTotals.of(batches);
    assertThat(totals.transactions()).isEqualTo(5);
    assertThat(totals.blobGasUsed()).isEqualTo(23L * 131_072);
    assertThat(totals.costWei()).isPositive();
    assertThat(gate.acceptedTransactions())
        .filteredOn(t -> t.type() == 3)
        .hasSize(5)
        .allSatisfy(t -> assertThat(t.cellProofs()).isEqualTo(128 * t.blobs()));
    for (JournaledBatch batch : batches) {
      long limit = batch.transaction().transaction().gasLimit();
      assertThat(batch.inclusion().orElseThrow().gasUsed()).isLessThan(limit * 2 / 3);
    }
  }

  @Test
  void sendsNothingWhenRunAgain() throws Exception {
    StagedRelease release = TestReleases.medium(NAME);
    publisher(1).build().publish(List.of(release));
    List<PublishedRelease> again = publisher(1).build().publish(List.of(release));
    assertThat(again.get(0).outcome()).isEqualTo(PublishedRelease.Outcome.STOOD_ALREADY);
    // Two lanes would lay it out otherwise; what is sealed stands all the same.
    publisher(2).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 1);
  }

  @Test
  void sendsNothingWhenTheJournalIsLostAfterTheSeal() throws Exception {
    StagedRelease release = TestReleases.medium(NAME);
    publisher(2).build().publish(List.of(release));
    loseJournal();
    publisher(2).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 2);
    assertThat(journaled(release, 2)).isEmpty();
  }

  @Test
  void goesOnWhenTheJournalIsLostMidway() throws Exception {
    StagedRelease release = TestReleases.medium(NAME);
    crashAt(CrashingJournal.Instant.BEFORE_APPEND, 6, release);
    loseJournal();
    publisher(1).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 1);
    assertThat(journaled(release, 1)).extracting(JournaledBatch::index).containsExactly(6, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "AFTER_APPEND,0", "AFTER_APPEND,6", "AFTER_APPEND,7",
    "BEFORE_SENT,0", "BEFORE_SENT,6", "BEFORE_SENT,7",
    "BEFORE_INCLUDED,0", "BEFORE_INCLUDED,6", "BEFORE_INCLUDED,7",
    "BEFORE_FINAL,0", "BEFORE_FINAL,6", "BEFORE_FINAL,7"
  })
  void goesOnAfterACrash(CrashingJournal.Instant instant, int batch) throws Exception {
    StagedRelease release = TestReleases.medium(NAME);
    crashAt(instant, batch, release);
    publisher(1).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 1);
    List<JournaledBatch> batches = journaled(release, 1);
    assertThat(batches).extracting(JournaledBatch::state).containsOnly(BatchState.FINAL);
    assertThat(batches).hasSize(3);
  }

  @Test
  void sendsAgainWhatAReorganisationTookBack() throws Exception {
    useChainOfItsOwn(AnvilOptions.defaults());
    StagedRelease release = TestReleases.medium(NAME);
    publisher(1).build().publish(List.of(release));
    // Blocks that are taken back are replaced by empty ones: the seal, the append and the seal,
    // all.
    int[] depths = {1, 3, 6};
    for (int i = 0; i < depths.length; i++) {
      ask(devnet, "anvil_reorg", depths[i], List.of());
      assertThat(transactionsOnChain(1)).isEqualTo(2 - i);
      publisher(1).build().publish(List.of(release));
      assertPublishedExactlyOnce(release, 1);
    }
    assertThat(journaled(release, 1)).hasSize(3);
  }

  @Test
  void sendsWhatAnotherReleaseLeftUnsentFirst() throws Exception {
    crashAt(CrashingJournal.Instant.AFTER_APPEND, 6, TestReleases.medium(NAME));
    StagedRelease small = TestReleases.small("test/small@1");
    publisher(1).build().publish(List.of(small));
    // Two batches of the medium release, two of the small one.
    assertThat(transactionsOnChain(1)).isEqualTo(4);
    publisher(1).build().publish(List.of(TestReleases.medium(NAME)));
    assertThat(transactionsOnChain(1)).isEqualTo(5);
  }

  private void crashAt(CrashingJournal.Instant instant, int batch, StagedRelease release) {
    Publisher crashing = publisher(1).journal(new CrashingJournal(journal, instant, batch)).build();
    assertThatThrownBy(() -> crashing.publish(List.of(release)))
        .isInstanceOf(CrashingJournal.Crash.class);
  }

  @Test
  void copesWithLostAnswersAndLostCalls() throws Exception {
    gate.inject(Fault.loseCall("eth_sendRawTransaction").times(1));
    gate.inject(Fault.loseAnswer("eth_sendRawTransaction").times(3));
    gate.inject(Fault.loseAnswer("eth_getTransactionReceipt").times(1));
    StagedRelease release = TestReleases.medium(NAME);
    publisher(1).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 1);
  }

  @Test
  void saysWhatANodeRefusedAndGoesOnLater() throws Exception {
    gate.inject(Fault.refuse("eth_sendRawTransaction", -32000, "pool is full"));
    StagedRelease release = TestReleases.medium(NAME);
    Publisher impatient = publisher(1).policy(POLICY.withPatience(Duration.ofMillis(500))).build();
    assertThatThrownBy(() -> impatient.publish(List.of(release)))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("pool is full")
        .hasMessageContaining("nonce 0");
    gate.clearFaults();
    publisher(1).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 1);
  }

  @Test
  void sealsSmallerReleasesFirstAndStaysBelowItsLimitInFlight() throws Exception {
    useChainOfItsOwn(AnvilOptions.defaults().withBlockTime(Duration.ofMillis(500)));
    List<String> seals = new ArrayList<>();
    Map<String, Integer> inFlight = new HashMap<>();
    List<Integer> peaks = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void sent(PublishProgress progress, JournaledBatch batch) {
            peaks.add(inFlight.merge(batch.account(), 1, Integer::sum));
          }

          @Override
          public void included(PublishProgress progress, JournaledBatch batch) {
            inFlight.merge(batch.account(), -1, Integer::sum);
          }

          @Override
          public void sealed(PublishProgress progress) {
            assertThat(progress.blobsConfirmed()).isEqualTo(progress.blobs());
            seals.add(progress.name().toString());
          }
        };
    publisher(2)
        .policy(POLICY.withMaxInFlight(2))
        .listener(listener)
        .build()
        .publish(List.of(TestReleases.large(NAME), TestReleases.small("test/small@1")));
    assertThat(seals).containsExactly("test/small@1", NAME);
    assertThat(peaks).hasSize(7).allMatch(peak -> peak <= 2).contains(2);
  }

  @Test
  void refusesOtherContentUnderASealedName() throws Exception {
    publisher(1).build().publish(List.of(TestReleases.medium(NAME)));
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(TestReleases.other(NAME))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("other content");
    loseJournal();
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(TestReleases.other(NAME))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("sealed with other content");
    assertThat(transactionsOnChain(1)).isEqualTo(3);
  }

  @Test
  void refusesOtherContentUnderABegunName() {
    crashAt(CrashingJournal.Instant.BEFORE_APPEND, 6, TestReleases.medium(NAME));
    loseJournal();
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(TestReleases.other(NAME))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("accumulator")
        .hasMessageContaining("expected");
  }

  @Test
  void refusesOtherLanesForABegunRelease() {
    crashAt(CrashingJournal.Instant.BEFORE_APPEND, 6, TestReleases.medium(NAME));
    loseJournal();
    assertThatThrownBy(() -> publisher(2).build().publish(List.of(TestReleases.medium(NAME))))
        .isInstanceOf(PublishStoppedException.class)
        .hasMessageContaining("other lanes");
  }

  @Test
  void stopsBelowItsBudgetAndGoesOnWhenItIsRaised() throws Exception {
    StagedRelease release = TestReleases.medium(NAME);
    PublishPolicy tight = POLICY.withFees(FeePolicy.defaults().withBudget(BigInteger.TEN.pow(15)));
    assertThatThrownBy(() -> publisher(1).policy(tight).build().publish(List.of(release)))
        .isInstanceOf(PublishStoppedException.class)
        .hasMessageContaining("budget");
    assertThat(JournalTotals.of(journaled(release, 1)).costWei())
        .isLessThanOrEqualTo(BigInteger.TEN.pow(15));
    publisher(1).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 1);
  }

  @Test
  void spendsNothingFromAnAccountThatIsTooPoor() throws Exception {
    Credentials poor = Credentials.create("0x" + "02".repeat(32));
    StagedRelease release = TestReleases.small("test/small@1");
    assertThatThrownBy(
            () -> publisher(1).lanes(signers(List.of(poor))).build().publish(List.of(release)))
        .isInstanceOf(PublishStoppedException.class)
        .hasMessageContaining(poor.getAddress())
        .hasMessageContaining("has 0 wei");
    assertThat(journal.lastNonce(new Network(31337, node().genesisHash()), poor.getAddress()))
        .isEmpty();
  }

  @Test
  void sealsADeltaOnlyAfterItsParent() throws Exception {
    StagedRelease parent = TestReleases.small("test/parent@1");
    List<String> accounts = signers(lanes(1)).stream().map(Signer::address).toList();
    ReleasePlan plan = ReleasePlan.of(parent, accounts);
    StagedRelease child = TestReleases.childOf(plan, NAME);
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(child)))
        .isInstanceOf(PublishStoppedException.class)
        .hasMessage(
            "%s, before the seal: its parent %s is not sealed in this registry",
            child.name(), plan.releaseId());
    assertThat(transactionsOnChain(1)).isEqualTo(2);

    publisher(1).build().publish(List.of(parent));
    publisher(1).build().publish(List.of(child));
    assertThat(transactionsOnChain(1)).isEqualTo(5);
    RegisteredRelease registered =
        new RegistryCalls(service, node(), devnet.registryAddress())
            .release(ReleasePlan.of(child, accounts).releaseId());
    assertThat(registered.isSealed()).isTrue();
    assertThat(registered.parentsDigest())
        .isEqualTo(Keccak.hash(plan.releaseId().bytes()))
        .isEqualTo(RegisteredRelease.parentsDigest(List.of(plan.releaseId())));
  }

  @Test
  void stopsAtARevertAndDoesNotPayForItTwice() throws Exception {
    StagedRelease release = TestReleases.small("test/small@1");
    publisher(1).build().publish(List.of(release));
    loseJournal();
    // A node that hides what stands: the release seems to be new.
    gate.inject(
        Fault.alterResult(
            "eth_call",
            result -> TextNode.valueOf("0x" + "0".repeat(result.asText().length() - 2))));
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(release)))
        .isInstanceOf(PublishStoppedException.class)
        .hasMessageContaining("reverted")
        .hasMessageContaining("nonce 2");
    assertThat(journaled(release, 1))
        .extracting(JournaledBatch::state)
        .containsOnly(BatchState.FAILED);
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(release)))
        .isInstanceOf(PublishStoppedException.class);
    assertThat(transactionsOnChain(1)).isEqualTo(3);
  }

  @Test
  void reportsATransactionThatStaysPending() {
    useChainOfItsOwn(AnvilOptions.defaults().withMiningOnDemand());
    PublishPolicy slow = POLICY.withPollInterval(Duration.ofMinutes(5));
    Publisher publisher = publisher(1).policy(slow).pacer(new VirtualPacer()).build();
    List<StagedRelease> releases = List.of(TestReleases.large(NAME));
    for (int run = 0; run < 2; run++) {
      assertThatThrownBy(() -> publisher.publish(releases))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("Pending for more than PT30M: batch 0 (OPEN, 6 blobs)")
          .hasMessageContaining("nonce 0, transaction 0x")
          .hasMessageContaining("1 in flight");
    }
    assertThat(gate.acceptedTransactions()).filteredOn(t -> t.type() == 3).hasSize(1);
  }

  @Test
  void waitsForFeesBelowItsCeilingsHoweverLongAndSaysForHowLong() throws Exception {
    PublishPolicy cheap =
        POLICY
            .withPollInterval(Duration.ofMinutes(5))
            .withFees(FeePolicy.defaults().withCeilings(BigInteger.ONE, BigInteger.ONE));
    VirtualPacer pacer = new VirtualPacer();
    List<String> reasons = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void waiting(String reason) {
            reasons.add(reason);
          }
        };
    Publisher publisher =
        publisher(1)
            .policy(cheap.withDeadline(pacer.now().plus(Duration.ofHours(30))))
            .pacer(pacer)
            .listener(listener)
            .build();
    assertThatThrownBy(() -> publisher.publish(List.of(TestReleases.medium(NAME))))
        .isInstanceOf(PublishStoppedException.class)
        .hasMessageContaining("deadline")
        .hasMessageContaining("8 blobs are not sent");
    assertThat(reasons.get(0)).contains("ceilings");
    assertThat(reasons.get(reasons.size() - 1)).containsPattern("waiting for (29|30) h");
    assertThat(gate.acceptedTransactions()).noneMatch(t -> t.type() == 3);
    publisher(1).build().publish(List.of(TestReleases.medium(NAME)));
    assertPublishedExactlyOnce(TestReleases.medium(NAME), 1);
  }

  @Test
  void namesAnAddressWithoutRegistry() {
    String nobody = "0x00000000000000000000000000000000000000aa";
    assertThatThrownBy(
            () -> publisher(1).registry(nobody).build().publish(List.of(TestReleases.medium(NAME))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(nobody);
  }

  @Test
  void refusesAChainBeforeOsaka() {
    gate.inject(
        new Fault() {
          @Override
          public boolean concerns(Call call) {
            return call.method().equals("eth_config");
          }

          @Override
          public Answer apply(Call call, Next next) {
            String body =
                """
                    {"jsonrpc":"2.0","id":%s,"result":{"current":{"precompiles":
                    {"KZG_POINT_EVALUATION":"0x000000000000000000000000000000000000000a"}}}}"""
                    .formatted(call.request().path("id"));
            return new Answer(200, body.getBytes(StandardCharsets.UTF_8));
          }
        });
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(TestReleases.medium(NAME))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Osaka");
  }

  @Test
  void findsTheForkWhereANodeDoesNotTellIt() throws Exception {
    gate.inject(Fault.refuse("eth_config", -32601, "the method does not exist"));
    StagedRelease release = TestReleases.medium(NAME);
    publisher(1).build().publish(List.of(release));
    assertPublishedExactlyOnce(release, 1);
  }

  @Test
  void refusesAForkThatDoesNotShow() {
    gate.inject(Fault.refuse("eth_config", -32601, "the method does not exist"));
    gate.inject(Fault.alterResult("eth_call", result -> TextNode.valueOf("0x")));
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(TestReleases.medium(NAME))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Osaka");
  }
}
