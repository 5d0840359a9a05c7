package io.luntra.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Lease;
import io.luntra.ethereum.journal.LeaseHolder;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.journal.ReleaseBegun;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.ethereum.status.ReleaseState;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;

@Timeout(60)
class StatusCommandTest {
  private static final Network NETWORK = new Network(31337, filled(7));
  private static final String REGISTRY = "0x00000000000000000000000000000000000000aa";
  private static final Credentials ACCOUNT = Credentials.create("0x" + "01".repeat(32));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameJournal() {
    file = folder.resolve("journal");
  }

  private static Bytes32 filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return new Bytes32(bytes);
  }

  private CommandRun status(String... arguments) {
    List<String> all = new ArrayList<>(List.of("status", "--journal", file.toString()));
    all.addAll(List.of(arguments));
    return CommandRun.of(all);
  }

  private static ReleaseBegun release(int id, String name, int blobs) {
    return new ReleaseBegun(NETWORK, REGISTRY, filled(id), ReleaseName.parse(name), blobs, key(id));
  }

  /** Where a release is staged. */
  private static String key(int id) {
    return Integer.toString(id).repeat(64);
  }

  private static JournaledBatch batch(
      ReleaseBegun release, BatchKind kind, int index, int blobs, long nonce) {
    byte[] hash = new byte[32];
    hash[0] = 1;
    return JournaledBatch.signed(
        NETWORK,
        release.releaseId(),
        index,
        kind,
        new BlobTransaction(
                NETWORK.chainId(),
                nonce,
                BigInteger.ONE,
                BigInteger.valueOf(1_000_000_000),
                100_000,
                REGISTRY,
                BigInteger.ZERO,
                new byte[0],
                BigInteger.ONE,
                Collections.nCopies(blobs, new VersionedHash(hash)))
            .sign(ACCOUNT));
  }

  private static Inclusion at(JournaledBatch batch, Instant time) {
    return new Inclusion(
        batch.transaction().hash(),
        12,
        filled(3),
        time.getEpochSecond(),
        50_000,
        BigInteger.valueOf(1_000_000_000),
        131_072,
        BigInteger.ONE);
  }

  /** One that is sealed, one under way. */
  private void publish(boolean failing) {
    ReleaseBegun first = release(1, "cli/first@1", 3);
    ReleaseBegun second = release(2, "cli/second@2", 13);
    Instant start = Instant.now().minusSeconds(3600);
    try (Journal journal = JdbcJournal.open(JdbcJournal.embeddedUrl(file))) {
      Lease lease =
          journal.lease(NETWORK, ACCOUNT.getAddress(), LeaseHolder.here(), Duration.ofHours(1));
      journal.begin(first);
      journal.begin(second);
      List<JournaledBatch> batches =
          List.of(
              batch(first, BatchKind.OPEN, 0, 2, 0),
              batch(first, BatchKind.SEAL, 2, 1, 1),
              batch(second, BatchKind.OPEN, 0, 6, 2),
              batch(second, BatchKind.APPEND, 6, 6, 3));
      batches.forEach(batch -> journal.append(lease, batch));
      for (JournaledBatch batch : batches.subList(0, 2)) {
        JournaledBatch included = batch.included(at(batch, start.plusSeconds(12 * batch.nonce())));
        journal.update(lease, included);
        journal.update(lease, included.confirmed());
      }
      JournaledBatch open = batches.get(2);
      journal.update(lease, open.included(at(open, start.plusSeconds(36))));
      JournaledBatch last = batches.get(3);
      journal.update(lease, failing ? last.failed(at(last, start.plusSeconds(48))) : last.sent());
    }
  }

  @Test
  void prunesWhatIsSealedForLongerThanCopiesAreKept() throws Exception {
    publish(false);
    Path store = folder.resolve("staging");
    StagingStore staging = StagingStore.open(store.toString());
    byte[] hash = new byte[32];
    hash[0] = 1;
    List<VersionedHash> blob = List.of(new VersionedHash(hash));
    for (int id = 1; id <= 2; id++) {
      ReleaseName name = new ReleaseName("cli/staged", Integer.toString(id));
      staging.putRelease(
          new StagedRelease(
              key(id), name, "int8", 1, 1, 1, 1, 1, Optional.empty(), List.of(), blob, blob));
    }
    assertThat(prune(store, "--keep-days", "1").out()).contains("Deleted 0 releases");
    assertThat(prune(store, "--keep-days", "0", "--dry-run").out())
        .contains("Would delete 1 releases", "cli/first@1");
    assertThat(staging.releases()).hasSize(2);
    assertThat(prune(store, "--keep-days", "0").out()).contains("Deleted 1 releases");
    // The other one is not sealed.
    assertThat(staging.releases()).containsExactly(key(2));
    assertThat(prune(store).exitCode()).isEqualTo(2);
  }

  private CommandRun prune(Path staging, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("prune", "--journal", file.toString(), "--staging", staging.toString()));
    all.addAll(List.of(arguments));
    return CommandRun.of(all);
  }

  @Test
  void showsATable() {
    publish(false);
    CommandRun run = status();
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")).toList())
        .anyMatch(line -> line.startsWith("Journal jdbc:h2:file:" + file))
        .anyMatch(
            line ->
                line.startsWith(
                    "cli/first@1 | sealed | 3 | 3 | 3 | 3 | 1.5 | 0 min 0 s | 0.000101 | 0.000000"
                        + " | - | 18 d 3 h"))
        .anyMatch(
            line ->
                line.startsWith(
                    "cli/second@2 | publishing | 13 | 12 | 6 | 0 | 6.0 | 0 min 14 s | 0.000051"
                        + " | 0.000101 | - | 18 d"))
        .anyMatch(line -> line.startsWith("waiting: SENT batch 6 (APPEND, 6 blobs), account 0x"));
  }

  @Test
  void givesAmountsAndTimesAsJson() throws Exception {
    publish(false);
    CommandRun run = status("cli/second", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().path("ok").booleanValue()).isTrue();
    assertThat(run.json().path("releases")).hasSize(1);
    JsonNode release = run.json().at("/releases/0");
    assertThat(release.path("name").asText()).isEqualTo("cli/second");
    assertThat(release.path("version").asText()).isEqualTo("2");
    assertThat(release.path("releaseId").asText()).isEqualTo(filled(2).toHex());
    assertThat(release.path("registry").asText()).isEqualTo(REGISTRY);
    assertThat(release.path("chainId").intValue()).isEqualTo(31337);
    assertThat(release.path("state").asText()).isEqualTo("PUBLISHING");
    assertThat(release.path("blobs").intValue()).isEqualTo(13);
    assertThat(release.path("signedBlobs").intValue()).isEqualTo(12);
    assertThat(release.path("includedBlobs").intValue()).isEqualTo(6);
    assertThat(release.path("finalBlobs").intValue()).isZero();
    assertThat(release.path("attempts").intValue()).isEqualTo(2);
    assertThat(release.path("costWei").isTextual()).isTrue();
    assertThat(release.path("costWei").asText()).isEqualTo("50000000131072");
    assertThat(release.path("maxInFlightWei").asText()).isEqualTo("100000000786432");
    assertThat(release.path("forecastWei").isNull()).isTrue();
    assertThat(release.path("secondsLeft").longValue()).isEqualTo(14);
    assertThat(release.path("secondsToExpiry").longValue())
        .isBetween(4096 * 32 * 12 - 3700L, 4096 * 32 * 12 - 3500L);
    assertThat(release.path("waiting")).hasSize(1);
    assertThat(release.path("failed")).isEmpty();
    assertThat(status("cli/first@1", "--json").json().at("/releases/0/state").asText())
        .isEqualTo("SEALED");
  }

  @Test
  void aRevertedBatchIsNamedAndFailsTheCommand() throws Exception {
    publish(true);
    CommandRun run = status();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .contains("cli/second@2   failed")
        .contains("  reverted: batch 6 (APPEND, 6 blobs)");
    CommandRun watched = status("--watch", "--json");
    assertThat(watched.exitCode()).isEqualTo(1);
    assertThat(watched.json().path("ok").booleanValue()).isFalse();
    assertThat(watched.err().lines().toList())
        .containsExactly(
            "cli/first@1 sealed: 3 blobs, 3 signed, 3 included, 3 final; 1.5 per slot,"
                + " 0 min 0 s left; 0.000101 ETH so far",
            "cli/second@2 failed: 13 blobs, 6 signed, 6 included, 0 final; 6.0 per slot,"
                + " 0 min 14 s left; 0.000101 ETH so far");
  }

  @Test
  void aNodeThatDoesNotAnswerTakesNothingFromTheRest() throws Exception {
    publish(false);
    CommandRun run = status("--rpc", "http://127.0.0.1:1", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().path("releases")).hasSize(2);
    assertThat(run.json().at("/notices/0").asText()).startsWith("no forecast: ");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    CommandRun missing = status();
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("There is no journal " + file + ".mv.db");
    assertThat(missing.out()).isEmpty();
    assertThat(folder).isEmptyDirectory();
    assertThat(status("--json").json().path("message").asText()).contains(file.toString());

    JdbcJournal.open(JdbcJournal.embeddedUrl(file)).close();
    assertThat(status().out()).contains("no release was begun");
    assertThat(status().exitCode()).isZero();

    publish(false);
    CommandRun unknown = status("cli/second@1");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("no release cli/second@1", "cli/second@2");
    assertThat(status("--every", "0").err()).contains("--every");
    assertThat(status("--rpc", "nowhere").err()).contains("--rpc");

    Files.writeString(Path.of(file + ".mv.db"), "not a database");
    assertThat(status().exitCode()).isEqualTo(1);
    assertThat(status().err()).contains("can't be opened").doesNotContain("unexpected failure");
  }

  @Test
  void explainsItself() {
    CommandRun run = CommandRun.of(List.of("status", "--help"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: luntra status", "--json", "--help", "--watch");
    assertThat(CommandRun.of(List.of("--help")).out()).contains("\n  status");
  }

  private static StatusCommand.Result result(int included) {
    StatusCommand.Release release =
        new StatusCommand.Release(
            "a",
            "1",
            "0x01",
            REGISTRY,
            1,
            ReleaseState.PUBLISHING,
            9,
            9,
            included,
            0,
            2,
            "0",
            "0",
            "5",
            null,
            null,
            -1L,
            List.of("b", "c", "d", "e", "f"),
            List.of());
    return new StatusCommand.Result(true, "j", 0, List.of(release), List.of("a notice"));
  }

  @Test
  void elsewhereThanOnATerminalOnlyChangesAreSaid() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StatusScreen screen = new StatusScreen(new PrintStream(bytes, true, UTF_8), false);
    screen.show(result(1));
    screen.show(result(1));
    screen.show(result(2));
    screen.clear();
    assertThat(bytes.toString(UTF_8).lines().toList())
        .containsExactly(
            "a@1 publishing: 9 blobs, 9 signed, 1 included, 0 final; - per slot, - left;"
                + " 0.000000 ETH so far",
            "NOTE: a notice",
            "a@1 publishing: 9 blobs, 9 signed, 2 included, 0 final; - per slot, - left;"
                + " 0.000000 ETH so far");
  }

  @Test
  void onATerminalTheTableIsDrawnAnew() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StatusScreen screen = new StatusScreen(new PrintStream(bytes, true, UTF_8), true);
    screen.show(result(1));
    screen.clear();
    assertThat(bytes.toString(UTF_8))
        .startsWith("\u001b[H\u001b[2JJournal j at 1970-01-01T00:00:00Z\n")
        .contains("gone", "waiting: e\n", "and 1 more waiting", "NOTE: a notice")
        .contains("NOTE: beacon nodes may have dropped its first blobs")
        .doesNotContain("waiting: f")
        .endsWith("\u001b[H\u001b[2J");
  }
}
