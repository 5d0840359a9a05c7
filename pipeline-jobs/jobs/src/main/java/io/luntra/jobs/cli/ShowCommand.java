package io.luntra.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.identity.IdentityReport;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ParameterCount;
import io.luntra.manifest.ParentReference;
import io.luntra.manifest.TensorEntry;
import io.luntra.release.ReleaseName;
import io.luntra.tensor.DataType;
import java.util.List;
import java.util.Map;
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
  @Mixin private IdentityOptions identities;

  @Option(names = "--tensors", description = "List the tensors, too.")
  private boolean tensors;

  /**
   * What --json gives.
   *
   * @param rootManifest versioned hashes of the root manifest's blobs, which the seal holds
   * @param record what its publisher says of the model, or null
   */
  record Result(
      boolean ok,
      String name,
      String version,
      String releaseId,
      String creator,
      String owner,
      IdentityOptions.Identity ownerIdentity,
      String publisher,
      ReleaseStanding.Status status,
      String successor,
      long chainId,
      String registry,
      String merkleRoot,
      List<String> rootManifest,
      Block sealBlock,
      List<Lane> lanes,
      String profile,
      String keepQuality,
      Parent parent,
      long inputBytes,
      long encodedBytes,
      long wireBytes,
      int blobs,
      int transactions,
      ParameterTotals parameters,
      JsonNode record,
      List<Artifact> artifacts) {}

  /**
   * A block of the execution chain.
   *
   * @param timestamp seconds since 1970
   */
  record Block(long number, String hash, long timestamp) {
    static Block of(BlockReference block) {
      return new Block(block.number(), block.hash().toHex(), block.timestamp());
    }
  }

  /**
   * An account that recorded blobs, and what the registry sealed for it.
   *
   * @param accumulator as it follows from the blobs of its transactions, and was sealed
   */
  record Lane(String account, String accumulator, long blobs) {}

  /**
   * See {@link ParameterCount}.
   *
   * @param precision a type in lower case, or mixed; null where there are no parameters
   */
  record ParameterTotals(long count, String precision, Map<DataType, Long> elements) {
    static ParameterTotals of(ParameterCount count) {
      return new ParameterTotals(count.total(), count.precision().orElse(null), count.elements());
    }
  }

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
    IdentityReport owner = identities.check(chain, release.standing().owner());
    Result result = result(release, owner);
    give(result, text(result, owner, release.standing().warning().orElse("active")));
    return 0;
  }

  private Result result(ChainRelease release, IdentityReport owner) {
    return new Result(
        true,
        release.root().name().name(),
        release.root().name().version(),
        release.published().releaseId().toHex(),
        release.published().creator(),
        release.standing().owner(),
        IdentityOptions.Identity.of(owner),
        release.published().publisher(),
        release.standing().status(),
        release.standing().successor().map(Bytes32::toHex).orElse(null),
        release.published().chainId(),
        chain.registry(),
        release.published().merkleRoot().toHex(),
        release.published().rootManifest().blobHashes().stream()
            .map(hash -> hash.asBytes32().toHex())
            .toList(),
        Block.of(release.published().rootManifest().block()),
        lanes(release.published()),
        release.root().profile(),
        release.root().description().keepQuality().orElse(null),
        release.root().parent().map(Parent::of).orElse(null),
        release.root().totals().inputBytes(),
        release.root().totals().encodedBytes(),
        release.wireBytes(),
        release.blobs(),
        release.published().batches().size() + 1,
        ParameterTotals.of(ParameterCount.of(release.manifest())),
        release.root().record().map(RecordText::json).orElse(null),
        release.artifacts().stream().map(ShowCommand::artifact).toList());
  }

  private static List<Lane> lanes(PublishedRelease published) {
    return published.lanes().stream()
        .map(
            lane -> {
              Bytes32 accumulator = published.accumulator(lane);
              return new Lane(lane, accumulator.toHex(), Accumulator.blobCount(accumulator));
            })
        .toList();
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

  private String text(Result result, IdentityReport owner, String status) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        %s@%s, sealed; the record adds up
          release      %s
          status       %s
          model of     %s on chain %d, registered by %s
          publisher    %s
          Merkle root  %s
          sealed in    block %d (%s)
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
                result.sealBlock().number(),
                result.sealBlock().hash(),
                result.profile(),
                result.inputBytes(),
                result.encodedBytes(),
                result.wireBytes(),
                result.blobs(),
                result.transactions()));
    text.append(IdentityOptions.lines(owner, "owner", "  "));
    if (result.parent() != null) {
      text.append(
          "  parent       %s@%s, %s; rebuilt from %d releases before itself%n"
              .formatted(
                  result.parent().name(),
                  result.parent().version(),
                  result.parent().releaseId(),
                  result.parent().depth()));
    }
    text.append(
        "  parameters   %,d%s%n"
            .formatted(
                result.parameters().count(),
                result.parameters().precision() == null
                    ? ""
                    : ", " + result.parameters().precision()));
    if (result.record() != null) {
      text.append(RecordText.lines(result.record()));
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
