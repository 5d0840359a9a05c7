package io.luntra.jobs.cli;

import io.luntra.failure.ForeignText;
import io.luntra.jobs.diff.Kind;
import java.util.Locale;

/** What luntra diff found, for people. */
final class DiffText {
  private DiffText() {}

  static String of(DiffResult result) {
    DiffResult.Side before = result.before();
    DiffResult.Side after = result.after();
    StringBuilder text = new StringBuilder();
    text.append(
        "%s to %s: %,d tensors the same, %,d changed, %,d added, %,d removed%n"
            .formatted(
                before.title(),
                after.title(),
                result.counts().same(),
                result.counts().changed(),
                result.counts().added(),
                result.counts().removed()));
    TextTable sizes = new TextTable().row("", before.title(), after.title());
    sizes.row("profile", before.profile(), after.profile());
    sizes.row("codec version", "" + before.codecVersion(), "" + after.codecVersion());
    sizes.row("input, bytes", count(before.inputBytes()), count(after.inputBytes()));
    sizes.row("encoded, bytes", count(before.encodedBytes()), count(after.encodedBytes()));
    sizes.row("on the wire, bytes", count(before.wireBytes()), count(after.wireBytes()));
    sizes.row("blobs", count(before.blobs()), count(after.blobs()));
    if (result.benchmarks() != null) {
      for (DiffResult.Benchmark row : result.benchmarks()) {
        sizes.row(
            "%s, %s, as %s says".formatted(row.benchmark(), row.metric(), row.evaluator()),
            row.before().isEmpty() ? "-" : String.join(" ", row.before()),
            row.after().isEmpty() ? "-" : String.join(" ", row.after()));
      }
    }
    text.append(sizes);
    if (result.delta() != null) {
      text.append(
          "  %s is a delta against %s: %,d bytes on the wire, %s of its parent's%n"
              .formatted(
                  after.title(),
                  before.title(),
                  result.delta().wireBytes(),
                  percent(result.delta().shareOfParent())));
    }
    if (result.sharedBlobs() > 0) {
      text.append("  Both have %,d blobs in common%n".formatted(result.sharedBlobs()));
    }
    for (DiffResult.File file : result.files()) {
      if (file.kind() != Kind.SAME) {
        text.append("  %-7s %s%n".formatted(word(file.kind()), ForeignText.printable(file.path())));
      }
    }
    result.tensors().forEach(tensor -> text.append(line(tensor)));
    long more =
        result.counts().changed()
            + result.counts().added()
            + result.counts().removed()
            - result.tensors().size();
    if (more > 0) {
      text.append("  and %,d more tensors: --limit shows them%n".formatted(more));
    }
    return text.toString();
  }

  private static String line(DiffResult.Tensor tensor) {
    StringBuilder line = new StringBuilder();
    line.append(
        "  %-7s %s %s: "
            .formatted(
                word(tensor.kind()),
                ForeignText.printable(tensor.path()),
                ForeignText.printable(tensor.name())));
    String before = tensor.before() == null ? "" : stored(tensor.before());
    String after = tensor.after() == null ? "" : stored(tensor.after());
    line.append(
        before.isEmpty() || after.isEmpty() || before.equals(after)
            ? before.isEmpty() ? after : before
            : before + " to " + after);
    if (tensor.change() != null) {
      line.append(
          String.format(
              Locale.ROOT,
              "; relative RMS %s, greatest %.3g, %s of its values",
              tensor.change().relativeRms() == null
                  ? "infinite"
                  : String.format(Locale.ROOT, "%.3g", tensor.change().relativeRms()),
              tensor.change().greatest(),
              percent(tensor.change().changedShare())));
    }
    return line.append('\n').toString();
  }

  private static String stored(DiffResult.Stored stored) {
    return "%s %s %s".formatted(stored.dtype(), stored.shape(), stored.codec());
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String count(long number) {
    return "%,d".formatted(number);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
