package io.luntra.jobs.cli;

import io.luntra.codec.Profile;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.demo.Demo;
import io.luntra.jobs.demo.DemoReport;
import io.luntra.quality.CorpusQuality;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes a real model to a local chain, fetches it back from the chain alone, verifies it,"
          + " and runs it beside the original. Needs nothing but this checkout.",
      "What it prepared stays staged in .luntra/demo and is used again by the next run."
    })
final class DemoCommand extends JsonCommand {
  @Option(names = "--full", description = "Publish the model lossless as well.")
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
    DemoReport report =
        demo.run(full ? List.of(Profile.INT8, Profile.LOSSLESS) : List.of(Profile.INT8));
    progress.clear();
    give(report, text(report));
    return report.ok() ? 0 : 1;
  }

  private static String text(DemoReport report) {
    DemoReport.Release first = report.releases().get(0);
    DemoReport.Peer peer = report.peers().get(0);
    TextTable table = new TextTable();
    row(table, report, first.name(), r -> r.profile(), peer.name());
    row(
        table,
        report,
        "encoded",
        r -> size(r.encodedBytes(), first.inputBytes()),
        size(peer.bytes(), first.inputBytes()));
    row(table, report, "bits per weight", r -> "%.3f".formatted(r.bitsPerWeight()), "");
    row(table, report, "on the wire", r -> "%.1f MB".formatted(r.wireBytes() / 1e6), "");
    row(table, report, "blobs", r -> "%,d".formatted(r.blobs()), "");
    row(table, report, "transactions", r -> "%,d".formatted(r.transactions()), "");
    row(table, report, "gas", r -> "%,d".formatted(r.gasUsed()), "");
    row(table, report, "blob gas", r -> "%,d".formatted(r.blobGasUsed()), "");
    row(table, report, "cost on this chain", r -> ether(r.costWei()), "");
    row(
        table,
        report,
        "prepared in",
        r -> "%.1f s%s".formatted(r.seconds().prepare(), r.stagingReused() ? " (reused)" : ""),
        "");
    row(table, report, "published in", r -> "%.1f s".formatted(r.seconds().publish()), "");
    row(table, report, "fetched in", r -> "%.1f s".formatted(r.seconds().fetch()), "");
    row(table, report, "verified", r -> r.verified() ? "yes" : "NO", "");
    row(table, report, "equals the original", r -> r.bitExact() ? "every byte" : "in quality", "");
    for (int i = 0; i < peer.qualityByCorpus().corpora().size(); i++) {
      int corpus = i;
      String name = peer.qualityByCorpus().corpora().get(i).corpus();
      quality(table, report, corpus, name + ": cosine, mean", q -> q.quality().cosineMean());
      quality(table, report, corpus, name + ": cosine, least", q -> q.quality().cosineMin());
      quality(
          table,
          report,
          corpus,
          name + ": same neighbour",
          q -> q.quality().nearestNeighbourAgreement());
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
      Function<CorpusQuality, Double> figure) {
    row(
        table,
        report,
        title,
        r -> "%.5f".formatted(figure.apply(r.qualityByCorpus().corpora().get(corpus))),
        "%.5f"
            .formatted(
                figure.apply(report.peers().get(0).qualityByCorpus().corpora().get(corpus))));
  }

  private static void row(
      TextTable table,
      DemoReport report,
      String title,
      Function<DemoReport.Release, String> figure,
      String peer) {
    List<String> cells = new ArrayList<>();
    cells.add(title);
    report.releases().forEach(release -> cells.add(figure.apply(release)));
    cells.add(peer);
    table.row(cells.toArray(String[]::new));
  }

  private static String size(long bytes, long of) {
    return "%.1f MB (%.1f %%)".formatted(bytes / 1e6, 100.0 * bytes / of);
  }

  private static String ether(String wei) {
    return new BigDecimal(wei).movePointLeft(18).setScale(6, RoundingMode.HALF_UP) + " ETH";
  }
}
