package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.export.CycloneDxBom;
import io.luntra.jobs.export.ExportedRelease;
import io.luntra.jobs.export.HuggingFaceCard;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes what was published in the words of others, from the chain alone:",
      "  cyclonedx    a CycloneDX 1.6 ML-BOM in JSON",
      "  huggingface  a Hugging Face model card, README.md",
      "What the record says is the publisher's word; hashes, ids and counts are checked."
    })
final class ExportCommand extends JsonCommand {
  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description = "cyclonedx or huggingface.")
  private String format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "File to write, which must not be there yet. Default: standard output.")
  private Path out;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  private enum Format {
    CYCLONEDX,
    HUGGINGFACE;

    static Format of(String text) {
      for (Format format : values()) {
        if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
          return format;
        }
      }
      throw new InvalidInputException(
          "--format: expected cyclonedx or huggingface, found \"" + text + "\"");
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
