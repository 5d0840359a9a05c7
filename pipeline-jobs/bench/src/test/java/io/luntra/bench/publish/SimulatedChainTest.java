package io.luntra.bench.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.ethereum.transaction.BlobSidecar;
import io.luntra.ethereum.transaction.SidecarVersion;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.VersionedHash;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedChainTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.ofEpochSecond(1_800_000_000);
  private static final long GWEI = TestTransactions.GWEI;

  /** Nothing by others in the first two slots, a missed slot, then 15 blobs. */
  private static final SlotTrace TRACE =
      new SlotTrace(
          List.of(
              new SlotTrace.Slot(false, 0),
              new SlotTrace.Slot(false, 0),
              new SlotTrace.Slot(true, 15),
              new SlotTrace.Slot(false, 15)));

  private final SimulatedChain chain = chain(Long.MAX_VALUE);
  private final SimulatedNode node = new SimulatedNode(chain);
  private final SimulatedClock clock = clock(chain);

  private static SimulatedChain chain(long bpoSlot) {
    return new SimulatedChain(
        new ChainSettings(
            TRACE, true, 1, bpoSlot, TestTransactions.REGISTRY, BigInteger.TEN.pow(20)),
        0,
        START);
  }

  private static SimulatedClock clock(SimulatedChain chain) {
    return new SimulatedClock(START, 0, 100, chain::slot);
  }

  private void nextSlot() {
    clock.pause(Duration.ofSeconds(12));
  }

  private JsonNode ask(String method, Object... parameters) throws IOException {
    return JSON.readTree(
        node.performIO(
            JSON.writeValueAsString(
                Map.of("id", 1, "method", method, "params", List.of(parameters)))));
  }

  private static List<VersionedHash> hashes(SignedBlobTransaction transaction) {
    return transaction.transaction().blobVersionedHashes();
  }

  private static byte[] networkForm(SignedBlobTransaction transaction, SidecarVersion version) {
    List<BlobSidecar> sidecars =
        IntStream.range(0, hashes(transaction).size())
            .mapToObj(
                number ->
                    new BlobSidecar(
                        new byte[BlobSidecar.BLOB_BYTES],
                        TestTransactions.commitment(number),
                        new byte[version.proofBytes()]))
            .toList();
    return transaction.networkForm(sidecars, version);
  }

  private static SignedBlobTransaction transaction(int account, long nonce, int blobs, long tip) {
    LocalSigner signer = TestTransactions.signer(account);
    return TestTransactions.at(
        signer, nonce, tip, 10 * GWEI, GWEI, TestTransactions.hashes(0, blobs), new byte[0]);
  }

  private void send(SignedBlobTransaction transaction) throws IOException {
    JsonNode answer =
        ask(
            "eth_sendRawTransaction",
            io.luntra.blob.Hex.encode(networkForm(transaction, SidecarVersion.V1)));
    assertThat(answer.path("result").asText()).isEqualTo(transaction.hash().toHex());
  }

  @Test
  void theTraceIsWhatItsGeneratorMakes() {
    List<SlotTrace.Slot> slots = SlotTrace.committed().slots();

    assertThat(slots).isEqualTo(SlotTraceGenerator.generate());
    long blocks = slots.stream().filter(slot -> !slot.missed()).count();
    long wanted = slots.stream().mapToLong(SlotTrace.Slot::wantedBlobs).sum();
    assertThat(14 * blocks - wanted).isEqualTo(10L * slots.size());
  }

  @Test
  void readsTheNetworkFormOfOsakaOnly() {
    SignedBlobTransaction transaction = transaction(0, 0, 6, GWEI);
    byte[] form = networkForm(transaction, SidecarVersion.V1);

    assertThat(NetworkFormReader.read(form)).isEqualTo(transaction);
    byte[] older = networkForm(transaction, SidecarVersion.V0);
    assertThatThrownBy(() -> NetworkFormReader.read(older))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sidecar version");
    byte[] cut = java.util.Arrays.copyOf(form, form.length - 1);
    assertThatThrownBy(() -> NetworkFormReader.read(cut)).isInstanceOf(InvalidInputException.class);
    byte[] changed = form.clone();
    // In the first commitment, which stands after the body and the blobs.
    changed[form.length - 6 * 128 * 49 - 6 * 49] ^= 1;
    assertThatThrownBy(() -> NetworkFormReader.read(changed))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("commitments");
  }

  @Test
  void aBlockTakesWholeTransactionsByTipInTheOrderOfNonces() throws Exception {
    send(transaction(0, 0, 6, GWEI));
    send(transaction(0, 1, 6, 3 * GWEI));
    send(transaction(0, 2, 6, 3 * GWEI));
    send(transaction(1, 0, 6, 2 * GWEI));
    assertThat(
            ask("eth_getTransactionCount", TestTransactions.signer(0).address(), "pending")
                .path("result")
                .asText())
        .isEqualTo("0x3");
    nextSlot();

    List<String> included =
        chain.head().ours().stream()
            .map(
                ours ->
                    ours.transaction().sender() + " " + ours.transaction().transaction().nonce())
            .toList();
    String first = TestTransactions.signer(0).address();
    assertThat(included)
        .containsExactly(TestTransactions.signer(1).address() + " 0", first + " 0", first + " 1");
    assertThat(chain.head().blobs()).isEqualTo(18);
    nextSlot();
    assertThat(chain.head().blobs()).isEqualTo(6);
    assertThat(ask("eth_getTransactionCount", first, "latest").path("result").asText())
        .isEqualTo("0x3");
  }

  @Test
  void aMissedSlotHasNoBlockAndItsBlobsWait() {
    nextSlot();
    nextSlot();
    long before = chain.head().number();
    nextSlot();
    assertThat(chain.head().number()).isEqualTo(before);

    nextSlot();
    assertThat(chain.head().number()).isEqualTo(before + 1);
    assertThat(chain.head().slot()).isEqualTo(3);
    assertThat(chain.head().blobsOfOthers()).isBetween(16, 21);
  }

  @Test
  void theNodeKnowsThePriceOfTheNextBlock() throws Exception {
    for (int i = 0; i < 10; i++) {
      JsonNode history = ask("eth_feeHistory", "0x1", "latest", List.of(50)).path("result");
      long head = chain.head().number();
      nextSlot();
      if (chain.head().number() > head) {
        assertThat(history.path("baseFeePerBlobGas").path(1).asText())
            .isEqualTo("0x" + chain.head().blobBaseFee().toString(16));
        assertThat(history.path("baseFeePerGas").path(1).asText())
            .isEqualTo("0x" + chain.head().baseFee().toString(16));
      }
    }
  }

  @Test
  void theScheduleChangesAtItsSlot() throws Exception {
    SimulatedChain changing = chain(2);
    SimulatedNode changingNode = new SimulatedNode(changing);
    SimulatedClock changingClock = clock(changing);
    String request = "{\"id\":1,\"method\":\"eth_config\",\"params\":[]}";
    changingClock.pause(Duration.ofSeconds(24));
    assertThat(target(changingNode, request)).isEqualTo(14);

    changingClock.pause(Duration.ofSeconds(24));
    assertThat(target(changingNode, request)).isEqualTo(21);
    assertThat(changing.head().market()).isEqualTo(BlobMarket.BPO3);
  }

  private static int target(SimulatedNode node, String request) throws IOException {
    return JSON.readTree(node.performIO(request))
        .path("result")
        .path("current")
        .path("blobSchedule")
        .path("target")
        .asInt();
  }
}
