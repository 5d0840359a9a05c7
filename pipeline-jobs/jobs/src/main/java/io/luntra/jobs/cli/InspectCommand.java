package io.luntra.jobs.cli;

import io.luntra.failure.ForeignText;
import io.luntra.jobs.inspect.Inspection;
import io.luntra.jobs.inspect.ModelInspector;
import io.luntra.jobs.inspect.SpreadHistogram;
import io.luntra.tensor.DataType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Looks into a model: its tensors and their values, what is there twice, and what each profile"
          + " would cost in bytes and blobs.",
      "PATH is a folder or a model file, as publish takes them. Nothing of it is run, and nothing is"
          + " sent."
    })
final class InspectCommand extends JsonCommand {
  private static final int SHOWN_TENSORS = 40;
  private static final int BAR = 48;

  @Parameters(paramLabel = "PATH", description = "What to look into.")
  private Path path;

  @Option(names = "--all", description = "List all tensors, not only the 40 largest.")
  private boolean all;

  @Mixin private ReaderOption reader;

  /** What --json gives. */
  record Result(
      boolean ok,
      String path,
      long inputBytes,
      Inspection.Architecture architecture,
      ShowCommand.ParameterTotals parameters,
      List<Inspection.File> files,
      List<Tensor> tensors,
      Histogram histogram,
      List<Inspection.Cost> costs) {}

  /**
   * A tensor.
   *
   * @param sameAs the first tensor of the same type, shape and values, or null
   * @param values null where its elements are no numbers here, or there are none
   */
  record Tensor(
      String file,
      String name,
      DataType dtype,
      DataType effectiveDtype,
      List<Long> shape,
      long elements,
      long bytes,
      String sameAs,
      Inspection.Values values) {
    static Tensor of(Inspection.Tensor tensor) {
      return new Tensor(
          tensor.path(),
          tensor.info().name(),
          tensor.info().dtype(),
          tensor.effectiveType(),
          tensor.info().shape(),
          tensor.info().elements(),
          tensor.info().bytes(),
          tensor.sameAs().orElse(null),
          tensor.values().orElse(null));
    }
  }

  /** Values of all float matrices by their distance from the mean, in quarters of a deviation. */
  record Histogram(long[] counts, long beyond) {}

  @Override
  public Integer call() throws Exception {
    Progress progress = Progress.onStandardError();
    Inspection found =
        new ModelInspector(
                reader.options(),
                (done, total) -> progress.show("read", done >> 20, total >> 20, "MiB"))
            .inspect(new org.apache.flink.core.fs.Path(path.toAbsolutePath().toUri()));
    progress.clear();
    Result result =
        new Result(
            true,
            path.toString(),
            found.files().stream().mapToLong(Inspection.File::bytes).sum(),
            found.architecture().orElse(null),
            ShowCommand.ParameterTotals.of(found.parameters()),
            found.files(),
            found.tensors().stream().map(Tensor::of).toList(),
            new Histogram(found.histogram().counts(), found.histogram().beyond()),
            found.costs());
    give(result, text(result, all ? Integer.MAX_VALUE : SHOWN_TENSORS));
    return ExitCode.OK;
  }

  private static String text(Result result, int shown) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %,d bytes in %,d files%n"
            .formatted(
                ForeignText.printable(result.path()), result.inputBytes(), result.files().size()));
    if (result.architecture() != null) {
      text.append(
          "  %s, says %s%n"
              .formatted(result.architecture().family(), result.architecture().source()));
    }
    text.append(
        "  %,d parameters%s: %s%n%n"
            .formatted(
                result.parameters().count(),
                result.parameters().precision() == null
                    ? ""
                    : " (" + result.parameters().precision() + ")",
                types(result.parameters().elements())));
    for (Inspection.File file : result.files()) {
      text.append(
          "  %,16d  %s%s%n"
              .formatted(
                  file.bytes(),
                  ForeignText.printable(file.path()),
                  file.tensors() == 0 ? "" : ", %,d tensors".formatted(file.tensors())));
    }
    tensors(text, result.tensors(), shown);
    same(text, result.tensors());
    histogram(text, result.histogram());
    costs(text, result);
    return text.toString();
  }

  private static String types(Map<DataType, Long> elements) {
    return elements.isEmpty()
        ? "no tensors"
        : String.join(
            ", ",
            elements.entrySet().stream()
                .map(type -> "%,d %s".formatted(type.getValue(), type.getKey()))
                .toList());
  }

  private static void tensors(StringBuilder text, List<Tensor> tensors, int shown) {
    List<Tensor> listed = tensors;
    if (tensors.size() > shown) {
      listed =
          tensors.stream()
              .sorted((a, b) -> Long.compare(b.bytes(), a.bytes()))
              .limit(shown)
              .toList();
    }
    if (!listed.isEmpty()) {
      text.append(
          "%n  %-9s %-16s %12s %12s %11s %11s %7s  %s%n"
              .formatted(
                  "type", "shape", "least", "greatest", "mean", "deviation", "zeros", "tensor"));
    }
    for (Tensor tensor : listed) {
      Inspection.Values values = tensor.values();
      text.append(
          "  %-9s %-16s %s  %s%s%n"
              .formatted(
                  tensor.dtype(),
                  shape(tensor.shape()),
                  values == null
                      ? " ".repeat(57)
                      : String.format(
                          Locale.ROOT,
                          "%12.5g %12.5g %11.3g %11.3g %6.2f%%",
                          values.least(),
                          values.greatest(),
                          values.mean(),
                          values.deviation(),
                          100.0 * values.zeros() / tensor.elements()),
                  ForeignText.printable(tensor.name()),
                  remarks(tensor)));
    }
    if (listed.size() < tensors.size()) {
      text.append(
          "  and %,d smaller ones: see them with --all%n"
              .formatted(tensors.size() - listed.size()));
    }
  }

  private static String remarks(Tensor tensor) {
    StringBuilder remarks = new StringBuilder();
    if (tensor.effectiveDtype() != tensor.dtype()) {
      remarks.append(", all values of which ").append(tensor.effectiveDtype()).append(" holds");
    }
    if (tensor.values() != null && tensor.values().notFinite() > 0) {
      remarks.append(", %,d not finite".formatted(tensor.values().notFinite()));
    }
    return remarks.toString();
  }

  private static String shape(List<Long> shape) {
    return shape.isEmpty()
        ? "scalar"
        : String.join("x", shape.stream().map(String::valueOf).toList());
  }

  private static void same(StringBuilder text, List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      if (tensor.sameAs() != null && tensor.elements() > 1) {
        text.append(
            "  %s has the values of %s%n"
                .formatted(
                    ForeignText.printable(tensor.name()), ForeignText.printable(tensor.sameAs())));
      }
    }
  }

  private static void histogram(StringBuilder text, Histogram histogram) {
    long most = Arrays.stream(histogram.counts()).max().orElse(0);
    if (most == 0) {
      return;
    }
    text.append("%n  Values of float matrices, in standard deviations of each:%n".formatted());
    long[] counts = histogram.counts();
    for (int i = 0; i < counts.length; i += 2) {
      long count = counts[i] + counts[i + 1];
      int length = (int) Math.round((double) BAR * count / (2 * most));
      text.append(
          "  %s %s%n"
              .formatted(
                  String.format(Locale.ROOT, "%+5.1f", SpreadHistogram.edge(i)),
                  "#".repeat(length)));
    }
    text.append("  %,d lie beyond%n".formatted(histogram.beyond()));
  }

  private static void costs(StringBuilder text, Result result) {
    if (result.inputBytes() == 0) {
      return;
    }
    text.append("%n  %-10s %16s %8s %8s%n".formatted("profile", "bytes", "of input", "blobs"));
    for (Inspection.Cost cost : result.costs()) {
      text.append(
          "  %-10s %,16d %7s%% %,8d%n"
              .formatted(
                  cost.profile(),
                  cost.encodedBytes(),
                  String.format(
                      Locale.ROOT, "%.1f", 100.0 * cost.encodedBytes() / result.inputBytes()),
                  cost.blobs()));
    }
    double share = result.costs().get(0).sampledShare();
    text.append(
        share < 1
            ? "  estimated from %.1f %% of the bytes; luntra plan says it exactly%n"
                .formatted(100 * share)
            : "  manifest not counted; entropy is calibrated when it is published\n");
  }
}
