package io.luntra.jobs.cli;

import io.luntra.ethereum.identity.IdentityReport;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.fetch.FetchJob;
import io.luntra.jobs.fetch.FetchRequest;
import io.luntra.jobs.fetch.FetchedRelease;
import io.luntra.release.ReleaseName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    description = {
      "Fetches releases from the chain alone, verifies every byte, and rebuilds their files.",
      "A delta is rebuilt from its parents, which are fetched first and removed at the end.",
      "Nothing is written under its name before all of it is verified. Run it again after a crash:"
          + " what was fetched is not fetched twice."
    })
final class FetchCommand extends JsonCommand {
  @Parameters(arity = "1..*", paramLabel = "NAME@VERSION", description = "What to fetch.")
  private List<String> names;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;
  @Mixin private IdentityOptions identities;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder for the files; with several releases, a folder for each is made in it.")
  private Path out;

  @Option(
      names = "--parent-dir",
      paramLabel = "DIR",
      description =
          "Folder with the files of a parent, as they were fetched before: it is not fetched again"
              + " for a delta against it.")
  private Path parentDir;

  @Mixin private ParallelismOption parallelism;

  /**
   * What --json gives.
   *
   * @param owners of the releases' models, each once
   */
  record Result(boolean ok, List<FetchedRelease> releases, List<IdentityOptions.Identity> owners) {}

  @Override
  public Integer call() throws Exception {
    List<ReleaseName> wanted = names.stream().map(ReleaseName::parse).toList();
    Set<ReleaseName> distinct = new HashSet<>();
    for (ReleaseName name : wanted) {
      if (!distinct.add(name)) {
        throw new InvalidInputException(name + " is given twice");
      }
    }
    Progress progress = Progress.onStandardError();
    List<FetchRequest> requests = new ArrayList<>();
    ChainReleases chainReleases =
        ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    StringBuilder text = new StringBuilder();
    Map<String, IdentityReport> owners = new LinkedHashMap<>();
    for (ReleaseName name : wanted) {
      ChainRelease release = chainReleases.read(name, creator.address());
      release
          .standing()
          .warning()
          .ifPresent(warning -> text.append("%s was %s%n".formatted(name, warning)));
      String owner = release.standing().owner();
      if (!owners.containsKey(owner)) {
        owners.put(owner, identities.check(chain, owner));
      }
      requests.add(
          FetchRequest.of(
              chainReleases,
              release,
              wanted.size() == 1 ? out : out.resolve(folderOf(name)),
              Optional.ofNullable(parentDir)));
    }
    if (parentDir != null && requests.stream().allMatch(request -> request.base().isEmpty())) {
      throw new InvalidInputException(
          "--parent-dir %s: holds the files of no parent of %s".formatted(parentDir, wanted));
    }
    List<FetchedRelease> fetched =
        new FetchJob(
                chain.beacon(),
                parallelism.slots(),
                (done, total) -> progress.show("fetch", done, total, "blobs"))
            .run(requests);
    progress.clear();
    for (FetchedRelease release : fetched) {
      text.append(release.name()).append(": verified, ").append(release.blobs()).append(" blobs\n");
      if (release.license() != null || release.architecture() != null) {
        text.append(
            "  license %s, architecture %s, as its publisher says%n"
                .formatted(
                    Objects.requireNonNullElse(release.license(), "not said"),
                    Objects.requireNonNullElse(release.architecture(), "not said")));
      }
      release.files().forEach(file -> text.append("  ").append(file.path()).append('\n'));
    }
    owners.values().forEach(owner -> text.append(IdentityOptions.lines(owner, "owner", "")));
    give(
        new Result(
            true, fetched, owners.values().stream().map(IdentityOptions.Identity::of).toList()),
        text.toString());
    return 0;
  }

  /** One folder per release, whatever it is called: no name has a '+' before its '@'. */
  static String folderOf(ReleaseName name) {
    return name.toString().replace('/', '+');
  }
}
