package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.attestation.AttestationCalls;
import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.model.ModelReader;
import io.luntra.ethereum.node.Node;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    description = {
      "Says what a sealed release scored, as you measured it.",
      "The same result can be stated once, even after it was revoked."
    })
final class AttestBenchmarkCommand extends CallCommand {
  private static final String DIGEST = "0x[0-9a-fA-F]{64}";

  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--benchmark",
      required = true,
      paramLabel = "B",
      description = "What it was measured on: 1 to 96 characters of printable ASCII.")
  private String benchmark;

  @Option(
      names = "--metric",
      required = true,
      paramLabel = "M",
      description = "What was measured: 1 to 96 characters of printable ASCII.")
  private String metric;

  @Option(
      names = "--value",
      required = true,
      paramLabel = "V",
      description = "What came out; at most 9 digits after the point.")
  private BigDecimal value;

  @Option(
      names = "--evidence",
      paramLabel = "FILE|0x…",
      description = "The report, of which the SHA-256 is stated; or a digest of 32 bytes.")
  private String evidence;

  @Mixin private CreatorOption creator;

  /** What the contract made of it. */
  record Stated(String id) {
    @Override
    public String toString() {
      return "result id " + id;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    ReleaseName release = ReleaseName.parse(name);
    Bytes32 digest = evidence == null ? Bytes32.ZERO : digest(evidence);
    Node node = node();
    AttestationCalls statements = AttestCommand.statements(node, chain());
    Model model = ModelReader.of(node, chain().registry()).find(release.name(), creator.address());
    ContractCall call =
        statements.attestBenchmark(
            release.toString(), model.release(release.version()), benchmark, metric, value, digest);
    try (CallSender sender = sender(node)) {
      return send(sender, call, receipt -> new Stated(statements.benchmarkId(receipt).toHex()));
    }
  }

  private static Bytes32 digest(String text) {
    if (text.matches(DIGEST)) {
      return Bytes32.fromHex(text);
    }
    try (InputStream file = Files.newInputStream(Path.of(text))) {
      DigestInputStream in = new DigestInputStream(file, MessageDigest.getInstance("SHA-256"));
      in.transferTo(OutputStream.nullOutputStream());
      return new Bytes32(in.getMessageDigest().digest());
    } catch (IOException | InvalidPathException e) {
      throw new InvalidInputException(
          "--evidence: neither 0x and 64 hex digits nor a file that can be read: \"%s\""
              .formatted(text),
          e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Command(
      name = "revoke-benchmark",
      mixinStandardHelpOptions = true,
      description = "Takes back a result of yours, for good.")
  static final class Revoke extends CallCommand {
    @Parameters(paramLabel = "ID", description = "The result's id, as it was given and is listed.")
    private String id;

    @Mixin private AttestCommand.ReasonOption reason;

    @Override
    public Integer call() throws InterruptedException {
      if (!id.matches(DIGEST)) {
        throw new InvalidInputException(
            "ID: expected 0x and 64 hex digits, found \"%s\"".formatted(id));
      }
      String why = reason.text();
      Node node = node();
      return send(
          node, AttestCommand.statements(node, chain()).revokeBenchmark(Bytes32.fromHex(id), why));
    }
  }
}
