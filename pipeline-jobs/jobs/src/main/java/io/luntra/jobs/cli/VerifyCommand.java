package io.luntra.jobs.cli;

import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.verify.ReleaseVerifier;
import io.luntra.jobs.verify.Verdict;
import io.luntra.release.ReleaseName;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Tells whether a file, or a folder of files, is what was published: exit code 0 or 1.",
      "Reads the manifest from the chain, not the model."
    })
final class VerifyCommand extends JsonCommand {
  @Parameters(index = "0", paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Parameters(index = "1", paramLabel = "PATH", description = "The file, or the release's folder.")
  private Path path;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  @Override
  public Integer call() throws Exception {
    ReleaseName release = ReleaseName.parse(name);
    ChainReleases releases = ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    ChainRelease found = releases.read(release, creator.address());
    Verdict verdict = ReleaseVerifier.verify(found, path);
    StringBuilder text = new StringBuilder();
    text.append(
        verdict.ok()
            ? "%s is %s, published by %s%n".formatted(path, release, verdict.publisher())
            : "%s is NOT %s, published by %s%n".formatted(path, release, verdict.publisher()));
    found
        .standing()
        .warning()
        .ifPresent(warning -> text.append("  The release was ").append(warning).append('\n'));
    verdict.differences().forEach(line -> text.append("  ").append(line).append('\n'));
    give(verdict, text.toString());
    return verdict.ok() ? 0 : 1;
  }
}
