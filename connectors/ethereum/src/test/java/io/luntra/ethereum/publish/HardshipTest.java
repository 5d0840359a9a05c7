package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.devnet.AcceptedTransaction;
import io.luntra.devnet.Answer;
import io.luntra.devnet.Call;
import io.luntra.devnet.Fault;
import io.luntra.ethereum.beacon.BeaconClient;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.journal.AccountInUseException;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.LeaseHolder;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.Kzg;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a public chain does to a publisher: fees that jump, reorganisations, nodes that fail. */
@Timeout(600)
class HardshipTest {
  private static final String NAME = "test/model@1";
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);
  private static final PublishPolicy POLICY =
      PublishPolicy.defaults()
          .withPollInterval(Duration.ofSeconds(4))
          .withConfirmation(Confirmation.depth(6));

  @TempDir Path folder;
  private TestChain chain;
  private Journal journal;
  private SlotPacer pacer;

  @BeforeEach
  void start() {
    chain = TestChain.onDemand();
    journal = JdbcJournal.open(JdbcJournal.embeddedUrl(folder.resolve("journal")));
    pacer = new SlotPacer(slot -> chain.mine());
  }

  @AfterEach
  void stop() {
    journal.close();
    chain.close();
  }

  private Publisher.Builder publisher(int lanes) {
    return chain.publisher(lanes).journal(journal).policy(POLICY).pacer(pacer);
  }

  private List<JournaledBatch> journaled(StagedRelease release, int lanes)
      throws InterruptedException {
    return chain.journaled(journal, release, lanes);
  }

  @Test
  void sealsWhenEveryBlobIsFinalAndIsDoneWhenTheSealIs() throws Exception {
    List<String> events = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void sent(PublishProgress progress, JournaledBatch batch) {
            events.add("sent " + batch.kind());
          }

          @Override
          public void confirmed(PublishProgress progress, JournaledBatch batch) {
            events.add("confirmed " + batch.kind());
          }
        };
    StagedRelease release = TestReleases.medium(NAME);
    publisher(1)
        .policy(POLICY.withConfirmation(Confirmation.finalized()))
        .listener(listener)
        .build()
        .publish(List.of(release));
    assertThat(events)
        .containsExactly(
            "sent OPEN",
            "sent APPEND",
            "confirmed OPEN",
            "confirmed APPEND",
            "sent SEAL",
            "confirmed SEAL");
    long finalized =
        Long.decode(chain.ask("eth_getBlockByNumber", "finalized", false).path("number").asText());
    assertThat(journaled(release, 1))
        .allSatisfy(
            batch -> {
              assertThat(batch.state()).isEqualTo(BatchState.FINAL);
              assertThat(batch.inclusion().orElseThrow().blockNumber())
                  .isLessThanOrEqualTo(finalized);
            });
    chain.assertPublishedExactlyOnce(release, 1);
  }

  @Test
  void replacesWhatAFeeSpikeLeftBehind() throws Exception {
    BigInteger spike = GWEI.multiply(BigInteger.valueOf(80));
    pacer = new SlotPacer(slot -> chain.mineAt(slot < 40 ? spike : GWEI));
    List<JournaledBatch> replaced = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void replaced(JournaledBatch batch) {
            replaced.add(batch);
          }
        };
    StagedRelease release = TestReleases.large(NAME);
    publisher(1)
        .policy(
            POLICY.withFees(
                FeePolicy.defaults()
                    .withCeilings(GWEI.multiply(BigInteger.valueOf(200)), GWEI.multiply(GWEI))))
        .listener(listener)
        .build()
        .publish(List.of(release));
    // The gate lets no replacement through that does not double all three.
    assertThat(replaced).isNotEmpty();
    chain.assertPublishedExactlyOnce(release, 1);
    assertThat(journaled(release, 1).get(0).attempts()).hasSizeGreaterThan(1);
    assertThat(pacer.now())
        .isBefore(new SlotPacer(slot -> {}).now().plus(SlotPacer.SLOT.multipliedBy(39)));
  }

  @Test
  @Tag("long")
  void waitsOutASpikeThatIsAboveItsCeilings() throws Exception {
    BigInteger spike = GWEI.multiply(BigInteger.valueOf(100));
    pacer = new SlotPacer(slot -> chain.mineAt(slot < 120 ? spike : GWEI));
    List<String> reasons = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void waiting(String reason) {
            reasons.add(reason);
          }
        };
    StagedRelease release = TestReleases.medium(NAME);
    publisher(1)
        .policy(
            POLICY
                .withPatience(Duration.ofMinutes(10))
                .withFees(FeePolicy.defaults().withCeilings(GWEI.multiply(BigInteger.TEN), GWEI)))
        .listener(listener)
        .build()
        .publish(List.of(release));
    // Far beyond its patience with what is pending for no reason.
    assertThat(reasons).anyMatch(reason -> reason.matches(".*waiting for (1[5-9]|2.) min"));
    assertThat(journaled(release, 1)).allMatch(batch -> batch.attempts().size() == 1);
    chain.assertPublishedExactlyOnce(release, 1);
  }

  @Test
  @Tag("long")
  void goesOnAfterACrashAroundAReplacement() throws Exception {
    BigInteger spike = GWEI.multiply(BigInteger.valueOf(20));
    StagedRelease release = TestReleases.medium(NAME);
    for (CrashingJournal.Instant instant :
        List.of(CrashingJournal.Instant.BEFORE_REPLACE, CrashingJournal.Instant.AFTER_REPLACE)) {
      pacer = new SlotPacer(slot -> chain.mineAt(spike));
      Publisher crashing = publisher(1).journal(new CrashingJournal(journal, instant, 0)).build();
      assertThatThrownBy(() -> crashing.publish(List.of(release)))
          .isInstanceOf(CrashingJournal.Crash.class);
    }
    pacer = new SlotPacer(slot -> chain.mine());
    publisher(1).build().publish(List.of(release));
    chain.assertPublishedExactlyOnce(release, 1);
    assertThat(journaled(release, 1).get(0).attempts()).hasSize(2);
  }

  @ParameterizedTest
  @Tag("long")
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void endsTheSameThoughBlocksAreReorganised(int depth) throws Exception {
    Random random = new Random(depth);
    int[] reorgs = {0};
    pacer =
        new SlotPacer(
            slot -> {
              // What is taken back was seen by the publisher, which looks between slots.
              if (slot > depth && slot < 25 && random.nextInt(3) == 0) {
                chain.ask("anvil_reorg", depth, List.of());
                reorgs[0]++;
              }
              chain.mine();
            });
    List<JournaledBatch> takenBack = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void takenBack(PublishProgress progress, JournaledBatch batch) {
            takenBack.add(batch);
          }
        };
    StagedRelease release = TestReleases.of(NAME, 60);
    publisher(2).listener(listener).build().publish(List.of(release));
    assertThat(reorgs[0]).isPositive();
    assertThat(takenBack).isNotEmpty();
    chain.assertPublishedExactlyOnce(release, 2);
  }

  @Test
  void readsBlobsBackBeforeItCountsOnThem() throws Exception {
    BlobFetcher fetcher =
        new BlobFetcher(new BeaconClient(Endpoint.of(chain.devnet().beaconUrl())), Kzg.load());
    chain
        .devnet()
        .gate()
        .inject(
            Fault.alterBlobs(
                blobs -> {
                  blobs.forEach(blob -> blob[77] ^= 1);
                  return blobs;
                }));
    List<String> reasons = new ArrayList<>();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void waiting(String reason) {
            reasons.add(reason);
            if (reason.contains("read back")) {
              chain.devnet().gate().clearFaults();
            }
          }

          @Override
          public void confirmed(PublishProgress progress, JournaledBatch batch) {
            assertThat(reasons).anyMatch(reason -> reason.contains("read back"));
          }
        };
    StagedRelease release = TestReleases.medium(NAME);
    publisher(1)
        .readBack(new ReadBack(List.of(fetcher), TestReleases.staging()))
        .listener(listener)
        .build()
        .publish(List.of(release));
    chain.assertPublishedExactlyOnce(release, 1);
  }

  @Test
  @Tag("long")
  void takesBackWhatIsPending() throws Exception {
    StagedRelease release = TestReleases.medium(NAME);
    pacer = new SlotPacer(slot -> chain.mineAt(GWEI.multiply(BigInteger.valueOf(150))));
    PublishListener stopping =
        new PublishListener() {
          @Override
          public void waiting(String reason) {
            throw new IllegalStateException(reason);
          }
        };
    assertThatThrownBy(() -> publisher(1).listener(stopping).build().publish(List.of(release)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(journaled(release, 1)).hasSize(1);
    pacer = new SlotPacer(slot -> chain.mineAt(GWEI));
    assertThat(publisher(1).build().cancel()).isEqualTo(1);
    assertThat(journaled(release, 1))
        .extracting(JournaledBatch::state)
        .containsExactly(BatchState.CANCELLED);
    assertThat(publisher(1).build().cancel()).isZero();
    publisher(1).build().publish(List.of(release));
    assertThat(journaled(release, 1))
        .extracting(JournaledBatch::state)
        .containsExactly(
            BatchState.CANCELLED, BatchState.FINAL, BatchState.FINAL, BatchState.FINAL);
    assertThat(chain.node().nonce(chain.lanes(1).get(0).address())).isEqualTo(4);
  }

  @Test
  void ofTwoPublishersStartedTogetherOneWaits() throws Exception {
    chain.close();
    chain = TestChain.running();
    StagedRelease release = TestReleases.large(NAME);
    PublishPolicy quick =
        PublishPolicy.defaults()
            .withPollInterval(Duration.ofMillis(20))
            .withConfirmation(Confirmation.depth(1));
    Set<String> reasons = ConcurrentHashMap.newKeySet();
    PublishListener listener =
        new PublishListener() {
          @Override
          public void waiting(String reason) {
            reasons.add(reason);
          }
        };
    Callable<List<PublishedRelease>> run =
        () ->
            publisher(2)
                .policy(quick)
                .pacer(Pacer.system())
                .listener(listener)
                .build()
                .publish(List.of(release));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<PublishedRelease.Outcome> outcomes = new ArrayList<>();
      for (Future<List<PublishedRelease>> result :
          threads.invokeAll(List.of(run, run), 120, TimeUnit.SECONDS)) {
        outcomes.add(result.get().get(0).outcome());
      }
      assertThat(outcomes)
          .containsExactlyInAnyOrder(
              PublishedRelease.Outcome.SEALED, PublishedRelease.Outcome.STOOD_ALREADY);
    } finally {
      threads.shutdownNow();
    }
    assertThat(reasons).anyMatch(reason -> reason.contains("is in use by process"));
    chain.assertPublishedExactlyOnce(release, 2);
  }

  @Test
  void stopsWhenAnotherPublisherKeepsTheAccount() throws Exception {
    Network network = new Network(chain.node().chainId(), chain.node().genesisHash());
    journal.lease(
        network, chain.lanes(1).get(0).address(), LeaseHolder.here(), Duration.ofHours(24));
    assertThatThrownBy(() -> publisher(1).build().publish(List.of(TestReleases.medium(NAME))))
        .isInstanceOf(AccountInUseException.class)
        .hasMessageContaining("is in use by process");
    assertThat(chain.devnet().gate().acceptedTransactions()).noneMatch(t -> t.type() == 3);
  }

  /** Publishers that share no journal can't know of each other; the chain takes no blob twice. */
  @Test
  @Tag("long")
  void ofTwoPublishersWithoutACommonJournalNoneSendsTwice() throws Exception {
    chain.close();
    chain = TestChain.running();
    StagedRelease release = TestReleases.large(NAME);
    PublishPolicy quick =
        PublishPolicy.defaults()
            .withPollInterval(Duration.ofMillis(20))
            .withConfirmation(Confirmation.depth(1))
            .withPatience(Duration.ofSeconds(5));
    List<Callable<String>> runs = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      runs.add(
          () -> {
            try (Journal own = JdbcJournal.open(JdbcJournal.embeddedUrl(folder.resolve(name)))) {
              publisher(1)
                  .journal(own)
                  .policy(quick)
                  .pacer(Pacer.system())
                  .build()
                  .publish(List.of(release));
              return "published";
            } catch (LuntraException e) {
              return e.getMessage();
            }
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (Future<String> result : threads.invokeAll(runs, 120, TimeUnit.SECONDS)) {
        assertThat(result.get())
            .matches("published|.*(lags|in flight|sends from this account|pending).*");
      }
    } finally {
      threads.shutdownNow();
    }
    publisher(1)
        .journal(journal)
        .policy(quick)
        .pacer(Pacer.system())
        .build()
        .publish(List.of(release));
    chain.assertPublishedExactlyOnce(release, 1);
  }

  /** One that does everything wrong now and then, the same on every run. */
  private static final class Unreliable implements Fault {
    private final Random random = new Random(7);
    private final Map<String, Answer> last = new HashMap<>();
    private int errors;
    private int lost;
    private int duplicates;

    @Override
    public boolean concerns(Call call) {
      return !call.request().isNull();
    }

    @Override
    public synchronized Answer apply(Call call, Next next) {
      double dice = random.nextDouble();
      if (dice < 0.05) {
        errors++;
        return refusal(call, next);
      }
      Answer answer = next.ask(call);
      if (dice < 0.07) {
        lost++;
        return Answer.LOST;
      }
      Answer before = last.put(call.method(), answer);
      if (dice < 0.09 && before != null && !call.method().equals("eth_call")) {
        duplicates++;
        return before;
      }
      return answer;
    }

    private static Answer refusal(Call call, Next next) {
      return Fault.refuse(call.method(), -32_000, "internal error").apply(call, next);
    }
  }

  @Test
  @Tag("long")
  void publishesThreeHundredBlobsThroughAllOfThat() throws Exception {
    Unreliable unreliable = new Unreliable();
    chain.devnet().gate().inject(unreliable);
    Random random = new Random(11);
    int[] missed = {0};
    pacer =
        new SlotPacer(
            slot -> {
              if (random.nextInt(6) == 0) {
                missed[0]++;
              } else {
                chain.mineAt(slot / 20 % 3 == 1 ? GWEI.multiply(BigInteger.valueOf(30)) : GWEI);
              }
            });
    StagedRelease release = TestReleases.of(NAME, 300);
    int[] replaced = {0};
    PublishListener listener =
        new PublishListener() {
          @Override
          public void replaced(JournaledBatch batch) {
            replaced[0]++;
          }
        };
    publisher(2).listener(listener).build().publish(List.of(release));
    chain.devnet().gate().clearFaults();
    System.out.printf(
        "300 blobs: %d errors, %d lost answers, %d duplicated answers, %d missed slots, %d"
            + " replacements%n",
        unreliable.errors, unreliable.lost, unreliable.duplicates, missed[0], replaced[0]);
    assertThat(unreliable.errors).isGreaterThan(20);
    assertThat(unreliable.lost).isGreaterThan(5);
    assertThat(missed[0]).isPositive();
    chain.assertPublishedExactlyOnce(release, 2);
    // Nothing went through the gate twice under one nonce but as a replacement.
    Map<String, Set<String>> hashes = new HashMap<>();
    for (AcceptedTransaction transaction : chain.devnet().gate().acceptedTransactions()) {
      if (transaction.type() == 3) {
        hashes
            .computeIfAbsent(transaction.sender() + transaction.nonce(), key -> new HashSet<>())
            .add(transaction.hash());
      }
    }
    Map<String, Integer> attempts = new HashMap<>();
    for (JournaledBatch batch : journaled(release, 2)) {
      attempts.put(batch.account() + batch.nonce(), batch.attempts().size());
      Set<String> known = new HashSet<>();
      batch.attempts().forEach(attempt -> known.add(attempt.hash().toHex()));
      assertThat(known).containsAll(hashes.get(batch.account() + batch.nonce()));
    }
    assertThat(attempts.keySet()).isEqualTo(hashes.keySet());
  }
}
