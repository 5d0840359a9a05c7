package io.luntra.jobs.cli;

import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.verify.ReleaseVerifier;
import io.luntra.jobs.verify.Verdict;
import io.luntra.release.ReleaseName;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Tells whether a file, or a folder of files, is what was published: exit code 0 or 1.",
      "Reads the manifest from the chain, not the model.",
      "With --proof: whether a proof document of luntra prove proves what it says. That needs no"
          + " chain; what is proven is proven under the Merkle root in the document. With --rpc and"
          + " --registry that root is held against the one that the release was sealed with."
    })
final class VerifyCommand extends JsonCommand {
  @ArgGroup(exclusive = true, multiplicity = "1")
  private Subject subject;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  /** What is verified. */
  static final class Subject {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private PublishedFiles files;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private ProofOptions proof;
  }

  /** Files, held against a release. */
  static final class PublishedFiles {
    @Parameters(index = "0", paramLabel = "NAME@VERSION", description = "The release.")
    private String name;

    @Parameters(
        index = "1",
        paramLabel = "PATH",
        description = "The file, or the release's folder.")
    private Path path;
  }

  @Override
  public Integer call() throws Exception {
    if (subject.proof == null) {
      return verify(subject.files.name, subject.files.path);
    }
    ProofOptions.Result result = subject.proof.verify(chain, creator);
    give(result, result.text());
    return result.ok() ? 0 : 1;
  }

  private int verify(String name, Path path) throws Exception {
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
