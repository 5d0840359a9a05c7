package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.export.CycloneDxBom;
import io.luntra.jobs.export.ExportedRelease;
import io.luntra.jobs.export.HuggingFaceCard;
import io.luntra.jobs.export.ModelSignature;
import io.luntra.jobs.export.SigningKey;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes what was published in the words of others, from the chain alone:",
      "  cyclonedx      a CycloneDX 1.6 ML-BOM in JSON",
      "  huggingface    a Hugging Face model card, README.md",
      "  model-signing  an OpenSSF model signature: \"model_signing verify key DIR --signature FILE",
      "                 --public_key PEM\" checks the fetched folder against it",
      "What the record says is the publisher's word; hashes, ids and counts are checked."
    })
final class ExportCommand extends JsonCommand {
  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description = "cyclonedx, huggingface or model-signing.")
  private String format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "File to write, which must not be there yet. Default: standard output.")
  private Path out;

  @Option(
      names = "--signing-key",
      paramLabel = "FILE",
      description =
          "For model-signing: ECDSA private key on P-256 in PEM. Whoever trusts its public key"
              + " trusts the signature; the chain does not know it.")
  private Path signingKey;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  private enum Format {
    CYCLONEDX("cyclonedx"),
    HUGGINGFACE("huggingface"),
    MODEL_SIGNING("model-signing");

    private final String id;

    Format(String id) {
      this.id = id;
    }

    static Format of(String text) {
      for (Format format : values()) {
        if (format.id.equals(text)) {
          return format;
        }
      }
      throw new InvalidInputException(
          "--format: expected cyclonedx, huggingface or model-signing, found \"" + text + "\"");
    }
  }

  /**
   * What --json gives.
   *
   * @param out the file, or null where the content is given
   * @param content the document, or null where it went to a file
   */
  record Result(boolean ok, String format, String out, String content) {}

  @Override
  public Integer call() throws Exception {
    Format wanted = Format.of(format);
    ReleaseName release = ReleaseName.parse(name);
    if ((wanted == Format.MODEL_SIGNING) != (signingKey != null)) {
      throw new InvalidInputException("Give --signing-key with --format model-signing, else not");
    }
    SigningKey key = signingKey == null ? null : SigningKey.read(signingKey);
    if (out != null && Files.exists(out)) {
      throw new InvalidInputException("--out %s is there already".formatted(out));
    }
    ChainReleases releases = ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    ChainRelease found = releases.read(release, creator.address());
    ExportedRelease exported = new ExportedRelease(found, chain.registry());
    String content =
        switch (wanted) {
          case CYCLONEDX -> CycloneDxBom.write(exported);
          case HUGGINGFACE -> HuggingFaceCard.write(exported);
          case MODEL_SIGNING -> ModelSignature.write(exported, key);
        };
    if (out == null) {
      give(
          new Result(true, format, null, content),
          content.endsWith("\n") ? content : content + "\n");
      return 0;
    }
    try {
      Files.writeString(out, content);
    } catch (IOException e) {
      throw new InvalidInputException("--out %s can't be written: %s".formatted(out, e), e);
    }
    give(new Result(true, format, out.toString(), null), "%s written%n".formatted(out));
    return 0;
  }
}
