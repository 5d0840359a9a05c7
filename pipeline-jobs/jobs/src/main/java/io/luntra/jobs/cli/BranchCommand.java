package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.deployment.ContractAddresses;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.model.ModelReader;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.reference.BranchMove;
import io.luntra.ethereum.reference.ReferenceCalls;
import io.luntra.ethereum.reference.ReferenceReader;
import io.luntra.ethereum.reference.SignedBranchMove;
import io.luntra.ethereum.signer.Signer;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "branch",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the branches of a model, or creates, moves or deletes one: names that stand for one"
          + " release today and another tomorrow.",
      "  luntra branch NAME                     lists them",
      "  luntra branch NAME BRANCH VERSION      creates it or moves it there",
      "  luntra branch NAME BRANCH --delete     deletes it",
      "A move says which release the branch was seen at: when somebody else moves it at the same"
          + " time, one of both is refused.",
      "With --sign the move is signed into a file and not sent; anybody can --submit it, once,"
          + " while it is valid and the account still has its role."
    })
final class BranchCommand extends CallCommand {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The model.")
  private String name;

  @Parameters(index = "1", arity = "0..1", paramLabel = "BRANCH", description = "The branch.")
  private String branch;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "Where it moves: a version, or NAME@VERSION.")
  private String version;

  @Mixin private CreatorOption creator;

  @Option(names = "--delete", description = "Delete the branch.")
  private boolean delete;

  @Option(
      names = "--in-place",
      description =
          "Move it even where it stands there already: moves that were signed and not submitted are"
              + " void then.")
  private boolean inPlace;

  @Option(names = "--sign", description = "Sign the move into --out instead of sending it.")
  private boolean sign;

  @Option(names = "--out", paramLabel = "FILE", description = "Where a signed move is written.")
  private Path out;

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      defaultValue = "7d",
      description = "How long a signed move may be submitted. Default: ${DEFAULT-VALUE}.")
  private String valid;

  @Option(names = "--submit", paramLabel = "FILE", description = "Send a move that was signed.")
  private Path submit;

  /** What --json gives for a move that was signed. */
  record Signed(
      boolean ok,
      String file,
      String by,
      String branch,
      String from,
      String to,
      long moves,
      long deadline) {}

  @Override
  public Integer call() throws InterruptedException {
    check();
    Node node = node();
    if (submit != null) {
      return submit(node);
    }
    String references = ContractAddresses.beside(chain().registry()).references();
    ReferenceReader reader = ReferenceReader.of(node, references);
    Model model = ModelReader.of(node, chain().registry()).find(name, creator.address());
    if (branch == null) {
      ReferenceList list = ReferenceList.of(model, reader.branches(model));
      give(list, list.text("branches"));
      return 0;
    }
    Bytes32 from = reader.head(model, branch).orElse(Bytes32.ZERO);
    Bytes32 to = delete ? Bytes32.ZERO : ReferenceList.release(model, version);
    if (delete && from.equals(Bytes32.ZERO)) {
      throw new InvalidInputException("Model %s has no branch %s".formatted(name, branch));
    }
    if (sign) {
      return sign(node, references, model, reader.moves(model, branch), from, to);
    }
    if (from.equals(to) && !inPlace) {
      give(
          new Result(true, calls().dryRun(), List.of(), null),
          "branch %s of model %s stands at %s already; nothing was sent%n"
              .formatted(branch, name, model.nameOf(to)));
      return 0;
    }
    return send(node, new ReferenceCalls(references).moveBranch(model, branch, from, to));
  }

  private void check() {
    if (submit != null) {
      if (name != null || delete || sign || out != null) {
        throw new InvalidInputException("--submit: the file says what moves where");
      }
      return;
    }
    if (name == null) {
      throw new InvalidInputException("Give NAME, or --submit FILE");
    }
    boolean moves = version != null || delete;
    if (branch == null ? moves || sign : !moves || (version != null && delete)) {
      throw new InvalidInputException(
          "Give NAME to list branches, NAME BRANCH VERSION to move one, NAME BRANCH --delete to"
              + " delete one");
    }
    if (sign != (out != null)) {
      throw new InvalidInputException("--sign and --out go together");
    }
    if (branch != null) {
      BranchMove.checkedName(branch);
    }
    ValidFor.parse("--valid", valid);
  }

  private int sign(Node node, String references, Model model, long moves, Bytes32 from, Bytes32 to)
      throws InterruptedException {
    Signer signer = signer();
    Duration time = ValidFor.parse("--valid", valid);
    long deadline = node.head(Confirmation.depth(0)).timestamp() + time.toSeconds();
    BranchMove move =
        new BranchMove(signer.address(), model.id(), branch, from, to, moves, deadline);
    SignedBranchMove signed = SignedBranchMove.sign(node.chainId(), references, move, signer);
    try {
      Files.write(out, signed.toJson());
    } catch (IOException e) {
      throw new InvalidInputException("--out: %s can't be written: %s".formatted(out, e), e);
    }
    give(
        new Signed(
            true, out.toString(), move.by(), branch, from.toHex(), to.toHex(), moves, deadline),
        "%s: the move of branch %s by %s, to be submitted until %s; nothing was sent%n"
            .formatted(out, branch, move.by(), Instant.ofEpochSecond(deadline)));
    return 0;
  }

  private int submit(Node node) throws InterruptedException {
    SignedBranchMove signed = SignedBranchMove.fromJson(read());
    String references = ContractAddresses.beside(chain().registry()).references();
    if (signed.chainId() != node.chainId() || !signed.references().equals(references)) {
      throw new InvalidInputException(
          "%s: for contract %s on chain %d, expected %s on chain %d"
              .formatted(
                  submit, signed.references(), signed.chainId(), references, node.chainId()));
    }
    return send(node, new ReferenceCalls(references).moveBranchSigned(signed));
  }

  private byte[] read() {
    try (InputStream in = Files.newInputStream(submit)) {
      return in.readNBytes(SignedBranchMove.MAX_BYTES + 1);
    } catch (IOException e) {
      throw new InvalidInputException("--submit: %s can't be read: %s".formatted(submit, e), e);
    }
  }
}
