package io.luntra.jobs.cli;

import io.luntra.ethereum.attestation.AttestationCalls;
import io.luntra.ethereum.attestation.AttestationReader;
import io.luntra.ethereum.attestation.IdentityName;
import io.luntra.ethereum.deployment.ContractAddresses;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.model.ModelCalls;
import io.luntra.ethereum.model.ModelReader;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.Node;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "attest",
    mixinStandardHelpOptions = true,
    description = {
      "Says under your address what a release scored, or who an account is; and lists what was said.",
      "A statement is worth what its attester is worth to the reader. It can be revoked by its"
          + " attester, and stays readable for good."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AttestBenchmarkCommand.class,
      AttestBenchmarkCommand.Revoke.class,
      AttestCommand.Identity.class,
      AttestCommand.RevokeIdentity.class,
      AttestClaimCommand.class,
      AttestClaimCommand.Withdraw.class,
      AttestCommand.Listing.class
    })
final class AttestCommand {

  /** A kind of name and a name. */
  static final class NameOptions {
    @Option(
        names = "--kind",
        required = true,
        paramLabel = "domain|ens|institution",
        description = "What kind of name it is.")
    private IdentityName.Kind kind;

    @Option(names = "--name", required = true, paramLabel = "N", description = "The name.")
    private String name;

    IdentityName identity() {
      return new IdentityName(kind, name);
    }
  }

  @Command(
      name = "identity",
      mixinStandardHelpOptions = true,
      description = {
        "Says that an account is who it claims to be. Do so for accounts that you know by another"
            + " way than what they say themselves.",
        "What you said before about the same account and name no longer counts."
      })
  static final class Identity extends CallCommand {
    @Parameters(paramLabel = "ACCOUNT", description = "Whom it is about.")
    private String account;

    @Mixin private NameOptions name;

    @Option(
        names = "--valid",
        required = true,
        paramLabel = "TIME",
        description = "How long it holds, such as 365d.")
    private String valid;

    @Override
    public Integer call() throws InterruptedException {
      String about = CreatorOption.address("ACCOUNT", account).orElseThrow();
      IdentityName identity = name.identity();
      Duration time = ValidFor.parse("--valid", valid);
      Node node = node();
      Instant now = Instant.ofEpochSecond(node.head(Confirmation.depth(0)).timestamp());
      return send(node, statements(node, chain()).attestIdentity(about, identity, now, time));
    }
  }

  @Command(
      name = "revoke-identity",
      mixinStandardHelpOptions = true,
      description = "Takes back what you said of an account.")
  static final class RevokeIdentity extends CallCommand {
    @Parameters(paramLabel = "ACCOUNT", description = "Whom it was about.")
    private String account;

    @Mixin private NameOptions name;
    @Mixin private ReasonOption reason;

    @Override
    public Integer call() throws InterruptedException {
      String about = CreatorOption.address("ACCOUNT", account).orElseThrow();
      IdentityName identity = name.identity();
      String why = reason.text();
      Node node = node();
      return send(node, statements(node, chain()).revokeIdentity(about, identity, why));
    }
  }

  /** Why something is taken back. */
  static final class ReasonOption {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "",
        description = "For people, at most 256 bytes; public for good.")
    private String reason;

    String text() {
      return ModelCalls.checkedReason(reason);
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "Lists what was said of a release, or of and by an account, whoever said it.",
        "Nothing of it is checked here: \"luntra model show\" checks who an owner is."
      })
  static final class Listing extends JsonCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME@VERSION", description = "The release.")
    private String release;

    @Option(names = "--account", paramLabel = "ADDRESS", description = "The account.")
    private String account;

    @Mixin private ChainOptions chain;
    @Mixin private CreatorOption creator;

    /** A benchmark; {@code revoked} is the reason, or null. */
    record Benchmark(
        String id,
        String releaseId,
        String evaluator,
        String benchmark,
        String metric,
        String value,
        String evidence,
        long block,
        String revoked) {}

    /** What an account claims. */
    record Claim(IdentityName.Kind kind, String name, String statement, long block) {}

    /** What was said of an account. */
    record Attestation(
        String attester,
        IdentityName.Kind kind,
        String name,
        BigInteger validUntil,
        boolean revoked,
        boolean holds) {}

    /** What --json gives. */
    record Result(
        boolean ok,
        List<Benchmark> benchmarks,
        List<Claim> claims,
        List<Attestation> attestations) {}

    @Override
    public Integer call() throws InterruptedException {
      if ((release == null) == (account == null)) {
        throw new InvalidInputException("Give either NAME@VERSION or --account ADDRESS");
      }
      ReleaseName name = release == null ? null : ReleaseName.parse(release);
      String of = CreatorOption.address("--account", account).orElse(null);
      Node node = CallCommand.node(chain);
      AttestationReader reader = AttestationReader.of(node, contract(chain));
      Result result;
      if (name != null) {
        Model model = ModelReader.of(node, chain.registry()).find(name.name(), creator.address());
        result =
            new Result(
                true,
                reader.benchmarksOf(model.release(name.version())).stream()
                    .map(Listing::benchmark)
                    .toList(),
                List.of(),
                List.of());
      } else {
        long now = node.head(Confirmation.depth(0)).timestamp();
        result =
            new Result(
                true,
                reader.benchmarksBy(of).stream().map(Listing::benchmark).toList(),
                reader.claims(of).stream()
                    .map(
                        claim ->
                            new Claim(
                                claim.identity().kind(),
                                claim.identity().name(),
                                claim.statement().toHex(),
                                claim.block()))
                    .toList(),
                reader.identities(of).stream()
                    .map(
                        said ->
                            new Attestation(
                                said.attester(),
                                said.identity().kind(),
                                said.identity().name(),
                                said.validUntil(),
                                said.revoked(),
                                !said.revoked()
                                    && said.validUntil().compareTo(BigInteger.valueOf(now)) >= 0))
                    .toList());
      }
      give(result, text(result));
      return 0;
    }

    private static Benchmark benchmark(AttestationReader.Benchmark found) {
      return new Benchmark(
          found.id().toHex(),
          found.releaseId().toHex(),
          found.evaluator(),
          found.benchmark(),
          found.metric(),
          found.value().stripTrailingZeros().toPlainString(),
          found.evidence().map(Object::toString).orElse(null),
          found.block(),
          found.revoked().orElse(null));
    }

    private static String text(Result result) {
      StringBuilder text = new StringBuilder();
      for (Benchmark found : result.benchmarks()) {
        text.append(
            "%s, %s: %s%s%n  says %s in block %d%s%n  result id %s of release %s%n"
                .formatted(
                    found.benchmark(),
                    found.metric(),
                    found.value(),
                    found.revoked() == null ? "" : ", REVOKED: " + found.revoked(),
                    found.evaluator(),
                    found.block(),
                    found.evidence() == null ? "" : ", evidence " + found.evidence(),
                    found.id(),
                    found.releaseId()));
      }
      for (Claim claim : result.claims()) {
        text.append(
            "claims to be %s %s, in block %d%n"
                .formatted(lowerCase(claim.kind()), claim.name(), claim.block()));
      }
      for (Attestation said : result.attestations()) {
        text.append(
            "%s says it is %s %s%s%n"
                .formatted(
                    said.attester(),
                    lowerCase(said.kind()),
                    said.name(),
                    said.holds() ? "" : said.revoked() ? ", REVOKED" : ", EXPIRED"));
      }
      return text.isEmpty() ? "Nothing was said\n" : text.toString();
    }

    private static String lowerCase(IdentityName.Kind kind) {
      return kind.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Address of the contract of statements. */
  static String contract(ChainOptions chain) {
    return ContractAddresses.beside(chain.registry()).attestations();
  }

  /** Calls of the contract of statements, which has to be there. */
  static AttestationCalls statements(Node node, ChainOptions chain) throws InterruptedException {
    String contract = contract(chain);
    AttestationReader.of(node, contract);
    return new AttestationCalls(contract);
  }
}
