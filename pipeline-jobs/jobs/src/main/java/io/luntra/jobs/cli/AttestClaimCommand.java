package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.attestation.AttestationCalls;
import io.luntra.ethereum.attestation.IdentityName;
import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.identity.DomainStatement;
import io.luntra.ethereum.identity.StatementFile;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.signer.Signer;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "claim",
    mixinStandardHelpOptions = true,
    description = {
      "Says who you are. That proves nothing by itself: readers check it with who has the name.",
      "domain: a statement is signed and written to --out, and its digest goes on chain; let the"
          + " domain serve the file at https://DOMAIN/.well-known/luntra.json.",
      "ens: let the name stand for your account. institution: have attesters say so."
    })
final class AttestClaimCommand extends CallCommand {
  @Mixin private AttestCommand.NameOptions name;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where the signed statement of a domain is written; statements of other accounts that"
              + " the file has already stay in it.")
  private Path out;

  /** Where the statement is. */
  record Claimed(String statement, String file, String servedAt) {
    @Override
    public String toString() {
      return file == null ? "statement " + statement : "serve %s at %s".formatted(file, servedAt);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    IdentityName identity = name.identity();
    boolean domain = identity.kind() == IdentityName.Kind.DOMAIN;
    if (domain != (out != null) && !calls().dryRun()) {
      throw new InvalidInputException(
          domain ? "Give --out FILE for the statement of the domain" : "--out is for a domain");
    }
    StatementFile file = domain && out != null ? file() : StatementFile.empty();
    Node node = node();
    AttestationCalls statements = AttestCommand.statements(node, chain());
    Signer signer = signer();
    Claimed claimed = null;
    Bytes32 digest = Bytes32.ZERO;
    if (domain) {
      DomainStatement statement =
          DomainStatement.sign(
              identity.name(), node.chainId(), AttestCommand.contract(chain()), signer);
      digest = statement.digest();
      if (!calls().dryRun()) {
        write(file.with(statement));
        claimed =
            new Claimed(
                digest.toHex(), out.toString(), "https://" + identity.name() + StatementFile.PATH);
      }
    }
    Claimed made = claimed;
    try (CallSender sender = sender(node, signer)) {
      return send(sender, statements.claim(identity, digest), receipt -> made);
    }
  }

  private StatementFile file() {
    if (!Files.exists(out)) {
      return StatementFile.empty();
    }
    try (InputStream in = Files.newInputStream(out)) {
      return StatementFile.fromJson(in.readNBytes(StatementFile.MAX_BYTES + 1));
    } catch (IOException e) {
      throw new InvalidInputException("--out: %s can't be read: %s".formatted(out, e), e);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "--out: %s is there already: %s".formatted(out, e.getMessage()), e);
    }
  }

  private void write(StatementFile file) {
    try {
      Files.write(out, file.toJson());
    } catch (IOException e) {
      throw new InvalidInputException("--out: %s can't be written: %s".formatted(out, e), e);
    }
  }

  @Command(
      name = "withdraw-claim",
      mixinStandardHelpOptions = true,
      description = "Says that you no longer claim a name.")
  static final class Withdraw extends CallCommand {
    @Mixin private AttestCommand.NameOptions name;
    @Mixin private AttestCommand.ReasonOption reason;

    @Override
    public Integer call() throws InterruptedException {
      IdentityName identity = name.identity();
      String why = reason.text();
      Node node = node();
      return send(node, AttestCommand.statements(node, chain()).withdraw(identity, why));
    }
  }
}
