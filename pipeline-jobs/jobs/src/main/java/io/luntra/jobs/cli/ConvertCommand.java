package io.luntra.jobs.cli;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.onnx.OnnxQuantizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes an ONNX model with integer weights: small on disk, too, and run as it is by ONNX"
          + " Runtime.",
      "A release that was published with --profile int8 (or int4) has weights on the grid of --to"
          + " int8 (or int4): they keep their values. Other weights are rounded.",
      "Takes some four times the model's size in memory: LUNTRA_JAVA_OPTIONS=-Xmx8g for 2 GB."
    },
    footer = {
      "",
      "int8 uses DequantizeLinear (before operator set 13 Cast and Mul), which ONNX Runtime runs each time; its session option",
      "session.disable_quant_qdq=1 lets it fold that into floats when it loads the model.",
      "How fast either is was not measured.",
      "int4 uses MatMulNBits and GatherBlockQuantized, which are ONNX Runtime's own."
    })
final class ConvertCommand extends JsonCommand {
  @Parameters(
      paramLabel = "MODEL",
      description = "An .onnx file, with its external data below 2 GB.")
  private Path model;

  @Option(
      names = "--to",
      paramLabel = "FORM",
      required = true,
      description = "What weights become: int8 or int4.")
  private OnnxQuantizer.Form form;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where the model is written; there must be no such file.")
  private Path out;

  @Mixin private ReaderOption reader;

  /** What --json gives. */
  record Result(
      boolean ok,
      String model,
      String out,
      long inputBytes,
      long outputBytes,
      boolean exact,
      List<OnnxQuantizer.Weight> weights) {}

  @Override
  public Integer call() throws Exception {
    if (Files.exists(out)) {
      throw new InvalidInputException("%s is there already; nothing was written".formatted(out));
    }
    OnnxQuantizer.Quantized quantized =
        OnnxQuantizer.quantize(model.toAbsolutePath().normalize(), form, reader.options());
    Path target = out.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.write(part, quantized.model());
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    Result result =
        new Result(
            true,
            model.toString(),
            out.toString(),
            quantized.inputBytes(),
            quantized.model().length,
            quantized.weights().stream().allMatch(OnnxQuantizer.Weight::exact),
            quantized.weights());
    give(result, text(result));
    return ExitCode.OK;
  }

  private static String text(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %,d bytes, %.1f %% of %,d%n"
            .formatted(
                ForeignText.printable(result.out()),
                result.outputBytes(),
                100.0 * result.outputBytes() / result.inputBytes(),
                result.inputBytes()));
    for (OnnxQuantizer.Weight weight : result.weights()) {
      text.append(
          "  %-34s %-8s %s%n"
              .formatted(
                  weight.form(),
                  weight.exact() ? "exact" : "rounded",
                  ForeignText.printable(weight.name())));
    }
    return text.toString();
  }
}
