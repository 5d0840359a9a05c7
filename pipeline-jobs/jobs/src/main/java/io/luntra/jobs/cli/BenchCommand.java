package io.luntra.jobs.cli;

import io.luntra.bench.BenchReport;
import io.luntra.bench.CodecBench;
import io.luntra.bench.QualityPlot;
import io.luntra.failure.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures, side by side in one run.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BenchCommand.Codec.class, BenchNativeCommand.class, BenchPublishCommand.class})
final class BenchCommand {
  /** Where the build unpacked the models that the demo and the benchmarks run. */
  static Path models() {
    String home = System.getProperty("luntra.home");
    if (home == null) {
      throw new InvalidInputException("The benchmark runs through the launcher: ./luntra bench");
    }
    Path models = Path.of(home, "pipeline-jobs", "jobs", "target", "models");
    if (!Files.isDirectory(models)) {
      throw new InvalidInputException(
          "The models in %s are missing: ./luntra and \"mvn package\" put them there"
              .formatted(models));
    }
    return models;
  }

  @Command(
      name = "codec",
      mixinStandardHelpOptions = true,
      description = {
        "Measures every profile on real models, beside zstd, xz, Parquet's encodings and ONNX"
            + " Runtime's own INT8: bits per weight, quality on two corpora, MB of FP32 per second"
            + " and core. Takes a quarter of an hour on two cores, calibration included."
      })
  static final class Codec extends JsonCommand {
    @Option(
        names = "--quick",
        description = "One model, without calibration, slow peers and deltas: a minute or two.")
    private boolean quick;

    @Option(
        names = "--plot",
        paramLabel = "FILE",
        description = "Write quality against bits per weight as an SVG, too.")
    private Path plot;

    @Override
    public Integer call() throws Exception {
      Path models = models();
      Progress progress = Progress.onStandardError();
      BenchReport report = new CodecBench(models, quick, progress::note).run();
      if (plot != null) {
        Files.writeString(plot, QualityPlot.svg(report));
      }
      give(report, text(report));
      return 0;
    }

    private static String text(BenchReport report) {
      TextTable table =
          new TextTable()
              .row(
                  "model, codec, profile",
                  "bits/weight",
                  "of input",
                  "cosine",
                  "other domain",
                  "same neighbour",
                  "sim. RMSE",
                  "encode MB/s",
                  "decode MB/s");
      for (BenchReport.Row row : report.rows()) {
        table.row(
            "%s, %s, %s".formatted(row.model(), row.codec(), row.profile()),
            "%.3f".formatted(row.bitsPerWeight()),
            "%.2f %%".formatted(100 * row.ratio()),
            "%.5f".formatted(row.cosineMean()),
            "%.5f".formatted(row.cosineMeanOtherDomain()),
            "%.3f".formatted(row.nearestNeighbourAgreement()),
            "%.5f".formatted(row.similarityRmse()),
            speed(row.encodeMBps()),
            speed(row.decodeMBps()));
      }
      StringBuilder text = new StringBuilder("\n").append(table);
      if (!report.deltas().isEmpty()) {
        TextTable deltas =
            new TextTable()
                .row(
                    "delta",
                    "parent b/w",
                    "delta b/w",
                    "alone b/w",
                    "of alone",
                    "of input",
                    "cosine",
                    "sim. RMSE");
        for (BenchReport.Delta delta : report.deltas()) {
          deltas.row(
              "%s -> %s, %s".formatted(delta.parent(), delta.child(), delta.profile()),
              "%.3f".formatted(delta.parentBitsPerWeight()),
              "%.3f".formatted(delta.bitsPerWeight()),
              "%.3f".formatted(delta.childAloneBitsPerWeight()),
              "%.1f %%".formatted(100 * delta.ofChildAlone()),
              "%.2f %%".formatted(100 * delta.ofInput()),
              "%.5f".formatted(delta.cosineMean()),
              "%.5f".formatted(delta.similarityRmse()));
        }
        text.append('\n').append(deltas);
      }
      return text.toString();
    }

    private static String speed(double megabytes) {
      return megabytes == 0 ? "" : (megabytes < 10 ? "%.1f" : "%.0f").formatted(megabytes);
    }
  }
}
