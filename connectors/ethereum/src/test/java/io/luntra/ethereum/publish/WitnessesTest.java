package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.devnet.Fault;
import io.luntra.devnet.StrictGate;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.staging.StagedRelease;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes, some of which lie: what one of them alone sees does not count as confirmed. */
@Timeout(120)
class WitnessesTest {
  private static final Fault SEES_NOTHING =
      Fault.alterResult("eth_getTransactionReceipt", receipt -> NullNode.getInstance());
  private static final Fault SEES_ANOTHER_BLOCK =
      Fault.alterResult(
          "eth_getTransactionReceipt",
          receipt ->
              receipt.isNull()
                  ? receipt
                  : ((ObjectNode) receipt).put("blockHash", "0x" + "12".repeat(32)));

  @TempDir Path folder;
  private TestChain chain;
  private Journal journal;
  private final List<StrictGate> gates = new ArrayList<>();
  private final List<String> objections = new ArrayList<>();
  private final List<JournaledBatch> confirmed = new ArrayList<>();

  @BeforeEach
  void start() {
    chain = TestChain.onDemand();
    journal = JdbcJournal.open(JdbcJournal.embeddedUrl(folder.resolve("journal")));
    for (int i = 0; i < 3; i++) {
      gates.add(StrictGate.before(chain.devnet().anvil().rpcUrl()));
    }
  }

  @AfterEach
  void stop() {
    journal.close();
    gates.forEach(StrictGate::close);
    chain.close();
  }

  /**
   * Publishes through a chain's own gate; after the third objection all nodes tell the truth.
   *
   * @param witnesses how many of the three nodes are asked
   */
  private StagedRelease publish(int witnesses) throws InterruptedException {
    PublishListener listener =
        new PublishListener() {
          @Override
          public void waiting(String reason) {
            if (reason.startsWith("nodes disagree")) {
              assertThat(confirmed).isEmpty();
              objections.add(reason);
              if (objections.size() == 3) {
                gates.forEach(StrictGate::clearFaults);
              }
            }
          }

          @Override
          public void confirmed(PublishProgress progress, JournaledBatch batch) {
            confirmed.add(batch);
          }
        };
    StagedRelease release = TestReleases.medium("test/model@1");
    chain
        .publisher(1)
        .journal(journal)
        .policy(PublishPolicy.defaults().withConfirmation(Confirmation.depth(1)))
        .pacer(new SlotPacer(slot -> chain.mineAt(BigInteger.valueOf(1_000_000_000))))
        .listener(listener)
        .witnesses(
            gates.subList(0, witnesses).stream()
                .map(gate -> Endpoint.of(gate.rpcUrl(), Duration.ofSeconds(10), 1, Duration.ZERO))
                .map(EndpointService::new)
                .toList())
        .build()
        .publish(List.of(release));
    chain.assertPublishedExactlyOnce(release, 1);
    return release;
  }

  @Test
  void waitsWhileOneOfTwoDoesNotSeeTheTransaction() throws Exception {
    gates.get(1).inject(SEES_NOTHING);
    publish(2);
    assertThat(objections).hasSize(3);
    assertThat(objections.get(0))
        .startsWith("nodes disagree: 1 of 2 do not see transaction 0x")
        .contains(" in block ")
        .endsWith(": " + gates.get(1).rpcUrl());
    assertThat(objections.get(2)).endsWith("waiting for 10 min");
  }

  @Test
  void waitsWhileItIsInAnotherBlockForMost() throws Exception {
    gates.get(0).inject(SEES_ANOTHER_BLOCK);
    gates.get(2).inject(SEES_ANOTHER_BLOCK);
    publish(3);
    assertThat(objections).hasSize(3);
    assertThat(objections.get(0)).startsWith("nodes disagree: 2 of 3 do not see");
  }

  @Test
  void outvotesOneOfThree() throws Exception {
    gates.get(1).inject(SEES_NOTHING);
    publish(3);
    assertThat(objections).isEmpty();
  }

  @Test
  void goesOnWithoutThoseThatDoNotAnswer() throws Exception {
    gates.get(1).inject(Fault.loseAnswer("eth_getTransactionReceipt"));
    publish(2);
    assertThat(objections).isEmpty();
  }
}
