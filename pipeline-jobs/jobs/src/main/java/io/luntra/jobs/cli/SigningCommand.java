package io.luntra.jobs.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.ethereum.license.SignedStatement;
import io.luntra.ethereum.license.Statement;
import io.luntra.ethereum.signer.Signer;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that signs a statement for the market, and sends nothing. */
abstract class SigningCommand extends JsonCommand {
  @Mixin private ChainOptions chain;
  @Mixin private SignerOptions signers;
  @Mixin private FromOption from;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write it to a new file. Default: to standard output.")
  private Path out;

  /**
   * What --json gives.
   *
   * @param file null when it was not written
   */
  record Result(boolean ok, String file, ObjectNode statement) {}

  final ChainOptions chain() {
    return chain;
  }

  final Signer signer() {
    return from.signer(signers.source());
  }

  /** Signs, and gives the statement. */
  final int sign(Market market, Signer signer, Statement.Kind kind, Map<String, String> fields)
      throws InterruptedException {
    SignedStatement signed =
        SignedStatement.by(
            signer, new Statement(kind, market.node().chainId(), market.address(), fields));
    if (out != null) {
      signed.write(out);
    }
    give(
        new Result(true, out == null ? null : out.toString(), signed.json()),
        out == null
            ? signed.json().toPrettyString() + System.lineSeparator()
            : "%s was signed by %s%n".formatted(out, signed.signer()));
    return 0;
  }
}
