package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Bytes32;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.journal.ReleaseBegun;
import io.luntra.jobs.OnnxFile;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The status of what was published on a chain. */
@Timeout(120)
class StatusIT {
  @TempDir Path folder;

  private JsonNode status(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("status", "--json", "--journal"));
    arguments.add(folder.resolve("journal").toString());
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  @Test
  void aPublishedReleaseIsSealedAndTheRestOfAnotherHasAPrice() throws Exception {
    try (Devnet devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1))) {
      JsonNode publication = publish(devnet);

      JsonNode release = status("--watch", "--rpc", devnet.rpcUrl()).at("/releases/0");
      assertThat(release.path("state").asText()).isEqualTo("SEALED");
      assertThat(release.path("releaseId")).isEqualTo(publication.path("releaseId"));
      assertThat(release.path("costWei")).isEqualTo(publication.path("costWei"));
      assertThat(release.path("blobs").intValue()).isEqualTo(3);
      assertThat(release.path("finalBlobs").intValue()).isEqualTo(3);
      assertThat(release.path("maxInFlightWei").asText()).isEqualTo("0");
      assertThat(release.path("forecastWei").asText()).isEqualTo("0");
      assertThat(release.path("blobsPerSlot").doubleValue()).isPositive();
      assertThat(release.path("secondsToExpiry").longValue()).isPositive();

      begin("cli/large@1", 5, 1_000);
      begin("cli/small@1", 6, 1);
      JsonNode forecasts = status("--rpc", devnet.rpcUrl());
      assertThat(forecasts.path("notices")).isEmpty();
      assertThat(forecast(forecasts, "cli/small")).isPositive();
      assertThat(forecast(forecasts, "cli/large")).isGreaterThan(forecast(forecasts, "cli/small"));
    }
  }

  private JsonNode publish(Devnet devnet) throws Exception {
    Path model =
        new OnnxFile()
            .normalTensor("encoder.weight", 1, 64, 64)
            .normalTensor("encoder.bias", 2, 1, 64)
            .write(folder.resolve("model.onnx"));
    Path keys = Files.writeString(folder.resolve("keys"), devnet.publisherKeys().get(0));
    CommandRun run =
        CommandRun.of(
            List.of(
                "publish",
                model.toString(),
                "--name",
                "cli/model@1",
                "--key-file",
                keys.toString(),
                "--staging",
                folder.resolve("staging").toString(),
                "--journal",
                folder.resolve("journal").toString(),
                "--poll-seconds",
                "0.05",
                "--parallelism",
                "2",
                "--rpc",
                devnet.rpcUrl(),
                "--beacon",
                devnet.beaconUrl(),
                "--registry",
                devnet.registryAddress(),
                "--json"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json().at("/releases/0/publication");
  }

  /** One of the same chain. */
  private void begin(String name, int id, int blobs) {
    try (Journal journal = JdbcJournal.open(JdbcJournal.embeddedUrl(folder.resolve("journal")))) {
      ReleaseBegun other = journal.releases().get(0);
      Network network = other.network();
      byte[] releaseId = new byte[32];
      releaseId[0] = (byte) id;
      journal.begin(
          new ReleaseBegun(
              network,
              other.registry(),
              new Bytes32(releaseId),
              ReleaseName.parse(name),
              blobs,
              other.stagingKey()));
    }
  }

  private static BigInteger forecast(JsonNode result, String name) {
    for (JsonNode release : result.path("releases")) {
      if (release.path("name").asText().equals(name)) {
        return new BigInteger(release.path("forecastWei").asText());
      }
    }
    throw new AssertionError(result.toString());
  }
}
