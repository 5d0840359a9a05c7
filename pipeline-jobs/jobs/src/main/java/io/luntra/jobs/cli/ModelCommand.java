package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.identity.IdentityReport;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.model.ModelCalls;
import io.luntra.ethereum.model.ModelReader;
import io.luntra.ethereum.model.Role;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Whose a model is, who may do what for it, and what became of its releases.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelCommand.Show.class,
      ModelCommand.SetRole.class,
      ModelCommand.Transfer.class,
      ModelCommand.Status.class
    })
final class ModelCommand {

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {
        "Shows who owns a model, who registered it, and who has a role.",
        "Who the owner claims to be is checked: with the domain, with ENS, with attesters that you"
            + " trust."
      })
  static final class Show extends JsonCommand {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name;

    @Mixin private ChainOptions chain;
    @Mixin private CreatorOption creator;
    @Mixin private IdentityOptions identities;

    /** An account with a role. */
    record Collaborator(String account, Role role) {}

    /**
     * What --json gives.
     *
     * @param versions of its releases, sealed or not, oldest first
     */
    record Result(
        boolean ok,
        String name,
        String modelId,
        String creator,
        String owner,
        IdentityOptions.Identity ownerIdentity,
        List<Collaborator> collaborators,
        List<String> versions) {}

    @Override
    public Integer call() throws InterruptedException {
      ModelReader models = ModelReader.of(CallCommand.node(chain), chain.registry());
      Model model = models.find(name, creator.address());
      Map<String, Role> collaborators = models.collaborators(model);
      IdentityReport owner = identities.check(chain, model.owner());
      Result result =
          new Result(
              true,
              model.name(),
              model.id().toHex(),
              model.creator(),
              model.owner(),
              IdentityOptions.Identity.of(owner),
              collaborators.entrySet().stream()
                  .map(entry -> new Collaborator(entry.getKey(), entry.getValue()))
                  .toList(),
              List.copyOf(model.versions().values()));
      give(result, text(result, owner));
      return 0;
    }

    private static String text(Result result, IdentityReport owner) {
      StringBuilder text =
          new StringBuilder(
              "%s, registered by %s%n  token %s%n"
                  .formatted(result.name(), result.creator(), result.modelId()));
      text.append(IdentityOptions.lines(owner, "owner", "  "));
      for (Collaborator collaborator : result.collaborators()) {
        text.append("  %s %s%n".formatted(lowerCase(collaborator.role()), collaborator.account()));
      }
      return text.append("  versions %s%n".formatted(String.join(", ", result.versions())))
          .toString();
    }
  }

  @Command(
      name = "role",
      mixinStandardHelpOptions = true,
      description = {
        "Gives an account a role for a model of yours, or takes it back.",
        "A publisher opens releases and moves branches; a maintainer may that, sets tags, deletes"
            + " branches and says what became of releases. A transfer of the model ends all roles."
      })
  static final class SetRole extends CallCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The model.")
    private String name;

    @Parameters(index = "1", paramLabel = "ACCOUNT", description = "Who gets the role.")
    private String account;

    @Parameters(
        index = "2",
        paramLabel = "publisher|maintainer|none",
        description = "The role; none takes back what the account has.")
    private String role;

    @Mixin private CreatorOption creator;

    @Override
    public Integer call() throws InterruptedException {
      Role given = role(role);
      String to = address(account);
      Node node = node();
      Model model = ModelReader.of(node, chain().registry()).find(name, creator.address());
      return send(node, new ModelCalls(chain().registry()).setRole(model, to, given));
    }

    private static Role role(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "publisher" -> Role.PUBLISHER;
        case "maintainer" -> Role.MAINTAINER;
        case "none" -> Role.NONE;
        default ->
            throw new InvalidInputException(
                "Role \"%s\": expected publisher, maintainer or none".formatted(text));
      };
    }
  }

  @Command(
      name = "transfer",
      mixinStandardHelpOptions = true,
      description = {
        "Makes another account the owner of a model of yours. FOR GOOD: only the new owner could"
            + " give it back. All roles end.",
        "The name stays, under the account that registered it; so do all releases, branches and"
            + " tags."
      })
  static final class Transfer extends CallCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The model.")
    private String name;

    @Parameters(index = "1", paramLabel = "ACCOUNT", description = "The new owner.")
    private String account;

    @Option(names = "--yes", description = "You mean it.")
    private boolean yes;

    @Mixin private CreatorOption creator;

    @Override
    public Integer call() throws InterruptedException {
      String to = address(account);
      if (!yes && !calls().dryRun()) {
        throw new InvalidInputException(
            "A transfer of %s to %s is for good and ends all roles: say --yes if you mean it"
                .formatted(name, to));
      }
      Node node = node();
      Model model = ModelReader.of(node, chain().registry()).find(name, creator.address());
      return send(node, new ModelCalls(chain().registry()).transfer(model, to));
    }
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = {
        "Says what became of a sealed release: readers see it beside the record, which stays.",
        "active, deprecated, superseded (which needs --successor) or revoked. Nothing is removed:"
            + " who wants to can fetch a revoked release."
      })
  static final class Status extends CallCommand {
    @Parameters(index = "0", paramLabel = "NAME@VERSION", description = "The release.")
    private String name;

    @Parameters(
        index = "1",
        paramLabel = "active|deprecated|superseded|revoked",
        description = "What became of it.")
    private ReleaseStanding.Status status;

    @Option(
        names = "--successor",
        paramLabel = "NAME@VERSION",
        description = "Sealed release of the same account that takes its place.")
    private String successor;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "",
        description = "For people, at most 256 bytes; public for good.")
    private String reason;

    @Mixin private CreatorOption creator;

    @Override
    public Integer call() throws InterruptedException {
      ReleaseName release = ReleaseName.parse(name);
      Optional<ReleaseName> next = Optional.ofNullable(successor).map(ReleaseName::parse);
      ModelCalls.checkedReason(reason);
      Node node = node();
      ModelReader models = ModelReader.of(node, chain().registry());
      Model model = models.find(release.name(), creator.address());
      Optional<Bytes32> nextId = Optional.empty();
      if (next.isPresent()) {
        Model nextModel = models.find(next.get().name(), Optional.of(model.creator()));
        nextId = Optional.of(nextModel.release(next.get().version()));
      }
      return send(
          node,
          new ModelCalls(chain().registry())
              .setStatus(model, model.release(release.version()), status, nextId, reason));
    }
  }

  private static String address(String account) {
    return CreatorOption.address("ACCOUNT", account).orElseThrow();
  }

  private static String lowerCase(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
