package io.luntra.jobs.cli;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.convert.SafetensorsConverter;
import io.luntra.jobs.convert.SafetensorsForm;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.onnx.OnnxQuantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model with its weights in another form, as a runtime loads it.",
      "ONNX, to int8 or int4: weights are integers in the file, and run as they are by ONNX Runtime."
          + " Takes some four times the model's size in memory: LUNTRA_JAVA_OPTIONS=-Xmx8g for"
          + " 2 GB.",
      "Safetensors, a file or a folder, to fp32, fp16 or bf16: all floating-point tensors in that"
          + " type. A folder, to int8 or int4: linear layers packed as compressed-tensors has it, for"
          + " vLLM and Transformers.",
      "A release that was published with --profile int8 (or int4) has weights on the grid of --to"
          + " int8 (or int4): they keep their values, but for what their own type rounds. Other"
          + " weights are rounded."
    },
    footer = {
      "",
      "For ONNX, int8 uses DequantizeLinear (before operator set 13 Cast and Mul), which ONNX",
      "Runtime runs each time; its session option session.disable_quant_qdq=1 lets it fold that",
      "into floats when it loads the model. int4 uses MatMulNBits and GatherBlockQuantized, which",
      "are ONNX Runtime's own. \"bench native\" measures them.",
      "For safetensors, a layer is told from a table by its name: \"embed\" and \"lm_head\" stay."
    })
final class ConvertCommand extends JsonCommand {
  @Parameters(
      paramLabel = "MODEL",
      description = "An .onnx file, with its external data below 2 GB; or safetensors.")
  private Path model;

  @Option(
      names = "--to",
      paramLabel = "FORM",
      required = true,
      description = "What weights become: ${COMPLETION-CANDIDATES}, in any case.")
  private SafetensorsForm form;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      required = true,
      description = "File or folder to write; there must be no such thing.")
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
      List<Weight> weights) {}

  /** A tensor in another form. */
  record Weight(String name, List<Long> shape, String form, boolean exact) {}

  @Override
  public Integer call() throws Exception {
    if (Files.exists(out)) {
      throw new InvalidInputException("%s is there already; nothing was written".formatted(out));
    }
    Path source = model.toAbsolutePath().normalize();
    Path target = out.toAbsolutePath().normalize();
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(target.getFileName() + ".part");
    // What a run that was killed left.
    FileUtils.deleteFileOrDirectory(part.toFile());
    List<Weight> weights;
    try {
      weights =
          source.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")
              ? onnx(source, part)
              : SafetensorsConverter.convert(source, form, part, reader.options()).stream()
                  .map(each -> new Weight(each.name(), each.shape(), each.form(), each.exact()))
                  .toList();
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileUtils.deleteFileOrDirectory(part.toFile());
    }
    Result result =
        new Result(
            true,
            model.toString(),
            out.toString(),
            inputBytes(source),
            bytes(target),
            weights.stream().allMatch(Weight::exact),
            weights);
    give(result, text(result));
    return ExitCode.OK;
  }

  private List<Weight> onnx(Path source, Path part) throws IOException {
    OnnxQuantizer.Form to =
        switch (form) {
          case INT8 -> OnnxQuantizer.Form.INT8;
          case INT4 -> OnnxQuantizer.Form.INT4;
          case FP32, FP16, BF16 ->
              throw new InvalidInputException(
                  "%s: an ONNX model is converted to int8 or int4, found %s"
                      .formatted(source, form));
        };
    OnnxQuantizer.Quantized quantized = OnnxQuantizer.quantize(source, to, reader.options());
    Files.write(part, quantized.model());
    return quantized.weights().stream()
        .map(each -> new Weight(each.name(), each.shape(), each.form(), each.exact()))
        .toList();
  }

  private long inputBytes(Path source) throws IOException {
    return ModelFiles.layout(new org.apache.flink.core.fs.Path(source.toUri()), reader.options())
        .inputBytes();
  }

  private static long bytes(Path target) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
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
    for (Weight weight : result.weights()) {
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
