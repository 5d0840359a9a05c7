package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.demo.Demo;
import io.luntra.jobs.demo.DemoReport;
import io.luntra.quality.CorpusQuality;
import io.luntra.quality.EmbeddingQuality;
import io.luntra.quality.QualityReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes a real model to a local chain, fetches it back from the chain alone, verifies it,"
          + " and runs it beside the original; then the model's next version, as a delta. Needs"
          + " nothing but this checkout.",
      "What it prepared stays staged in .luntra/demo and is used again by the next run."
    })
final class DemoCommand extends JsonCommand {
  @Option(names = "--full", description = "Publish another model as well: as INT8, and lossless.")
  private boolean full;

  @Option(names = "--fresh", description = "Delete what an earlier demo staged, first.")
  private boolean fresh;

  @Mixin private ParallelismOption parallelism;

  @Override
  public Integer call() throws Exception {
    String home = System.getProperty("luntra.home");
    if (home == null) {
      throw new InvalidInputException("The demo runs through the launcher: ./luntra demo");
    }
    Path staging = Path.of(home, ".luntra", "demo", "staging");
    if (fresh && Files.exists(staging)) {
      FileUtils.deleteDirectory(staging.toFile());
    }
    Progress progress = Progress.onStandardError();
    Demo demo =
        new Demo(
            Path.of(home, "pipeline-jobs", "jobs", "target", "models"),
            staging,
            parallelism.slots(),
            new Demo.Listener() {
              @Override
              public void begins(String part) {
                progress.note(part);
              }

              @Override
              public void progressed(String step, long done, long total, String unit) {
                progress.show(step, done, total, unit);
              }
            });
    DemoReport report = demo.run(full);
    progress.clear();
    give(report, text(report));
    return report.ok() ? 0 : 1;
  }

  private static String text(DemoReport report) {
    TextTable table = new TextTable();
    row(table, report, "", r -> r.name() + "@" + r.version(), DemoReport.Peer::model);
    row(table, report, "compressed as", DemoReport.Release::profile, DemoReport.Peer::name);
    row(table, report, "delta against", r -> r.parent() == null ? "" : r.parent(), p -> "");
    row(table, report, "input", r -> megabytes(r.inputBytes()), p -> "");
    row(
        table,
        report,
        "encoded",
        r -> megabytes(r.encodedBytes()) + share(r.encodedBytes(), r.inputBytes()),
        p -> megabytes(p.bytes()));
    row(table, report, "bits per weight", r -> "%.3f".formatted(r.bitsPerWeight()), p -> "");
    row(table, report, "on the wire", r -> megabytes(r.wireBytes()), p -> "");
    row(table, report, "blobs", r -> "%,d".formatted(r.blobs()), p -> "");
    row(table, report, "transactions", r -> "%,d".formatted(r.transactions()), p -> "");
    row(table, report, "gas", r -> "%,d".formatted(r.gasUsed()), p -> "");
    row(table, report, "blob gas", r -> "%,d".formatted(r.blobGasUsed()), p -> "");
    row(table, report, "cost on this chain", r -> ether(r.costWei()), p -> "");
    row(
        table,
        report,
        "prepared in",
        r -> "%.1f s%s".formatted(r.seconds().prepare(), r.stagingReused() ? " (reused)" : ""),
        p -> "");
    row(table, report, "published in", r -> seconds(r.seconds().publish()), p -> "");
    row(table, report, "fetched in", r -> seconds(r.seconds().fetch()), p -> "");
    row(table, report, "verified", r -> r.verified() ? "yes" : "NO", p -> "");
    row(
        table,
        report,
        "equals the original",
        r -> r.bitExact() ? "every byte" : "in quality",
        p -> "");
    List<CorpusQuality> corpora = report.releases().get(0).qualityByCorpus().corpora();
    for (int i = 0; i < corpora.size(); i++) {
      String name = corpora.get(i).corpus();
      quality(table, report, i, name + ": cosine, mean", EmbeddingQuality::cosineMean);
      quality(table, report, i, name + ": cosine, least", EmbeddingQuality::cosineMin);
      quality(
          table, report, i, name + ": same neighbour", EmbeddingQuality::nearestNeighbourAgreement);
    }
    StringBuilder text = new StringBuilder("\n").append(table).append('\n');
    for (DemoReport.Release release : report.releases()) {
      text.append(
          "  %s@%s  release %s%n  %s  Merkle root %s%n"
              .formatted(
                  release.name(),
                  release.version(),
                  release.releaseId(),
                  " ".repeat(release.name().length() + 1 + release.version().length()),
                  release.merkleRoot()));
    }
    return text.toString();
  }

  private static void quality(
      TextTable table,
      DemoReport report,
      int corpus,
      String title,
      ToDoubleFunction<EmbeddingQuality> figure) {
    row(
        table,
        report,
        title,
        r -> figure(r.qualityByCorpus(), corpus, figure),
        p -> figure(p.qualityByCorpus(), corpus, figure));
  }

  private static String figure(
      QualityReport quality, int corpus, ToDoubleFunction<EmbeddingQuality> figure) {
    return "%.5f".formatted(figure.applyAsDouble(quality.corpora().get(corpus).quality()));
  }

  private static void row(
      TextTable table,
      DemoReport report,
      String title,
      Function<DemoReport.Release, String> figure,
      Function<DemoReport.Peer, String> peer) {
    List<String> cells = new ArrayList<>();
    cells.add(title);
    report.releases().forEach(release -> cells.add(figure.apply(release)));
    report.peers().forEach(other -> cells.add(peer.apply(other)));
    table.row(cells.toArray(String[]::new));
  }

  private static String megabytes(long bytes) {
    return "%.1f MB".formatted(bytes / 1e6);
  }

  private static String share(long bytes, long of) {
    return " (%.1f %%)".formatted(100.0 * bytes / of);
  }

  private static String seconds(double seconds) {
    return "%.1f s".formatted(seconds);
  }

  private static String ether(String wei) {
    return new BigDecimal(wei).movePointLeft(18).setScale(6, RoundingMode.HALF_UP) + " ETH";
  }
}
