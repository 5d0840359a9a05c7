package io.luntra.jobs.cli;

import io.luntra.bench.NativeBench;
import io.luntra.bench.NativeReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "native",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a model on ONNX Runtime as releases give it back and \"convert\" writes it, with weights"
          + " of 8 and 4 bits, beside the original: size, quality on two corpora, and time, in"
          + " runs that take turns with the original's. Calibrates first: some minutes."
    })
final class BenchNativeCommand extends JsonCommand {
  @Option(names = "--quick", description = "Times of a few runs only.")
  private boolean quick;

  @Override
  public Integer call() throws Exception {
    Progress progress = Progress.onStandardError();
    NativeReport report = new NativeBench(BenchCommand.models(), quick, progress::note).run();
    give(report, text(report));
    return 0;
  }

  private static String text(NativeReport report) {
    TextTable table =
        new TextTable()
            .row(
                "%d threads, batches of %d × %d tokens, %d pairs"
                    .formatted(report.threads(), report.batch(), report.tokens(), report.pairs()),
                "of input",
                "cosine",
                "other domain",
                "load ms",
                "run ms",
                "of FP32's time",
                "quartiles");
    for (NativeReport.Row row : report.rows()) {
      table.row(
          "%s%s".formatted(row.file(), row.session().isEmpty() ? "" : ", " + row.session()),
          "%.2f %%".formatted(100 * row.ratio()),
          "%.5f".formatted(row.cosineMean()),
          "%.5f".formatted(row.cosineMeanOtherDomain()),
          "%.0f".formatted(1000 * row.loadSeconds()),
          "%.0f".formatted(1000 * row.runSeconds()),
          "%.3f".formatted(row.runRatio()),
          "%.3f to %.3f".formatted(row.runRatioLow(), row.runRatioHigh()));
    }
    return "\n" + table;
  }
}
