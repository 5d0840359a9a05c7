package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ParentReference;
import io.luntra.manifest.TensorEntry;
import io.luntra.release.ReleaseName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows what was published: who, when, what, and that the chain's record adds up.")
final class ShowCommand extends JsonCommand {
  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  @Option(names = "--tensors", description = "List the tensors, too.")
  private boolean tensors;

  /** What --json gives. */
  record Result(
      boolean ok,
      String name,
      String version,
      String releaseId,
      String creator,
      String owner,
      String publisher,
      ReleaseStanding.Status status,
      String successor,
      long chainId,
      String merkleRoot,
      String profile,
      String keepQuality,
      Parent parent,
      long inputBytes,
      long encodedBytes,
      long wireBytes,
      int blobs,
      int transactions,
      List<Artifact> artifacts) {}

  /** What the release is a delta against; null where it is none. */
  record Parent(String name, String version, String releaseId, String merkleRoot, int depth) {
    static Parent of(ParentReference parent) {
      return new Parent(
          parent.name().name(),
          parent.name().version(),
          parent.releaseId().toHex(),
          parent.merkleRoot().toHex(),
          parent.depth());
    }
  }

  record Artifact(
      String path, long bytes, String sha256, String inputSha256, List<Tensor> tensors) {}

  record Tensor(String name, String dtype, List<Long> shape, String codec, String sha256) {}

  @Override
  public Integer call() throws Exception {
    ChainRelease release;
    ChainReleases releases = ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    release = releases.read(ReleaseName.parse(name), creator.address());
    Result result = result(release);
    give(result, text(result, release.standing().warning().orElse("active")));
    return 0;
  }

  private Result result(ChainRelease release) {
    return new Result(
        true,
        release.root().name().name(),
        release.root().name().version(),
        release.published().releaseId().toHex(),
        release.published().creator(),
        release.standing().owner(),
        release.published().publisher(),
        release.standing().status(),
        release.standing().successor().map(Bytes32::toHex).orElse(null),
        release.published().chainId(),
        release.published().merkleRoot().toHex(),
        release.root().profile(),
        release.root().description().keepQuality().orElse(null),
        release.root().parent().map(Parent::of).orElse(null),
        release.root().totals().inputBytes(),
        release.root().totals().encodedBytes(),
        release.wireBytes(),
        release.blobs(),
        release.published().batches().size() + 1,
        release.artifacts().stream().map(ShowCommand::artifact).toList());
  }

  private static Artifact artifact(ArtifactManifest artifact) {
    return new Artifact(
        artifact.file().path(),
        artifact.file().bytes(),
        artifact.file().sha256().toHex().substring(2),
        artifact.file().inputSha256().toHex().substring(2),
        artifact.tensors().stream().map(ShowCommand::tensor).toList());
  }

  private static Tensor tensor(TensorEntry tensor) {
    return new Tensor(
        tensor.info().name(),
        tensor.info().dtype().name(),
        tensor.info().shape(),
        tensor.codec(),
        tensor.sha256().toHex().substring(2));
  }

  private String text(Result result, String status) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        %s@%s, sealed; the record adds up
          release      %s
          status       %s
          model of     %s on chain %d, registered by %s
          publisher    %s
          Merkle root  %s
          profile      %s
          input        %,d bytes
          encoded      %,d bytes
          on the wire  %,d bytes in %,d blobs, %,d transactions
        """
            .formatted(
                result.name(),
                result.version(),
                result.releaseId(),
                status,
                result.owner(),
                result.chainId(),
                result.creator(),
                result.publisher(),
                result.merkleRoot(),
                result.profile(),
                result.inputBytes(),
                result.encodedBytes(),
                result.wireBytes(),
                result.blobs(),
                result.transactions()));
    if (result.parent() != null) {
      text.append(
          "  parent       %s@%s, %s; rebuilt from %d releases before itself%n"
              .formatted(
                  result.parent().name(),
                  result.parent().version(),
                  result.parent().releaseId(),
                  result.parent().depth()));
    }
    for (Artifact artifact : result.artifacts()) {
      text.append(
          "  %s  %,d bytes, %d tensors, SHA-256 %s%n"
              .formatted(
                  artifact.path(), artifact.bytes(), artifact.tensors().size(), artifact.sha256()));
      if (tensors) {
        for (Tensor tensor : artifact.tensors()) {
          text.append(
              "    %-60s %-5s %-16s %-8s %s%n"
                  .formatted(
                      tensor.name(),
                      tensor.dtype(),
                      tensor.shape(),
                      tensor.codec(),
                      tensor.sha256().substring(0, 16)));
        }
      }
    }
    return text.toString();
  }
}
