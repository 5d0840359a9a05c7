package io.luntra.jobs.export;

import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.BenchmarkResult;
import io.luntra.manifest.DatasetReference;
import io.luntra.manifest.ModelDependency;
import io.luntra.manifest.ModelRecord;
import java.util.Map;
import java.util.Optional;

/**
 * A release as a Hugging Face model card, README.md: front matter in YAML, then what people read.
 * Texts of the publisher can't break out of either.
 */
public final class HuggingFaceCard {
  private final ExportedRelease release;
  private final StringBuilder text = new StringBuilder();

  private HuggingFaceCard(ExportedRelease release) {
    this.release = release;
  }

  /** The file's content. */
  public static String write(ExportedRelease release) {
    HuggingFaceCard card = new HuggingFaceCard(release);
    card.text.append("---\n").append(HuggingFaceMetadata.yaml(release)).append("---\n\n");
    card.body();
    return card.text.toString();
  }

  private void body() {
    text.append("# %s\n".formatted(MarkdownText.line(release.name())));
    release.record().flatMap(record -> record.texts().description()).ifPresent(this::paragraph);
    release.record().ifPresent(this::said);
    section("Files");
    text.append("| file | bytes | SHA-256 |\n|---|---|---|\n");
    for (ArtifactManifest artifact : release.release().artifacts()) {
      text.append(
          "| %s | %d | `%s` |\n"
              .formatted(
                  MarkdownText.line(artifact.file().path()),
                  artifact.file().bytes(),
                  artifact.file().sha256().toHex().substring(2)));
    }
    section("Provenance");
    paragraph(
        ("Published on Ethereum as %s, version %s. What is said above is the publisher's word; the"
                + " files, their hashes and what follows are on chain.")
            .formatted(release.name(), release.version()));
    text.append("\n| | |\n|---|---|\n");
    for (Map.Entry<String, String> fact : release.identity()) {
      text.append("| %s | `%s` |\n".formatted(fact.getKey(), fact.getValue()));
    }
    release.parents().forEach((id, name) -> text.append("| parent | `%s` |\n".formatted(name)));
  }

  private void said(ModelRecord record) {
    record.license().ifPresent(license -> paragraph("License: " + license));
    record.texts().intendedUse().ifPresent(use -> titled("Intended use", use));
    record.texts().limitations().ifPresent(limits -> titled("Limitations", limits));
    record
        .training()
        .ifPresent(
            training -> {
              section("Training");
              paragraph("Method: " + training.method());
              training.description().ifPresent(this::paragraph);
            });
    if (!record.datasets().isEmpty()) {
      section("Datasets");
      text.append("| name | SHA-256 | where |\n|---|---|---|\n");
      for (DatasetReference dataset : record.datasets()) {
        row(dataset.name(), dataset.sha256().toHex().substring(2), dataset.uri());
      }
    }
    if (!record.dependencies().isEmpty()) {
      section("Made from, and needs");
      text.append("| relation | name | id |\n|---|---|---|\n");
      for (ModelDependency dependency : record.dependencies()) {
        text.append(
            "| %s | %s | `%s` |\n"
                .formatted(
                    MarkdownText.line(dependency.relation()),
                    MarkdownText.line(dependency.name()),
                    dependency instanceof ModelDependency.OfRelease parent
                        ? "release " + parent.releaseId().toHex()
                        : "sha256:"
                            + ((ModelDependency.OfContent) dependency)
                                .sha256()
                                .toHex()
                                .substring(2)));
      }
    }
    if (!record.benchmarks().isEmpty()) {
      section("Results, as the publisher reports them");
      text.append("| benchmark | metric | value |\n|---|---|---|\n");
      for (BenchmarkResult result : record.benchmarks()) {
        text.append(
            "| %s | %s | %s |\n"
                .formatted(
                    MarkdownText.line(result.benchmark()),
                    MarkdownText.line(result.metric()),
                    result.value()));
      }
    }
  }

  private void row(String name, String sha256, Optional<String> uri) {
    text.append(
        "| %s | `%s` | %s |\n"
            .formatted(MarkdownText.line(name), sha256, MarkdownText.line(uri.orElse(""))));
  }

  private void titled(String title, String prose) {
    section(title);
    paragraph(prose);
  }

  private void section(String title) {
    text.append("\n## ").append(title).append("\n\n");
  }

  private void paragraph(String prose) {
    text.append('\n').append(MarkdownText.prose(prose)).append('\n');
  }
}
