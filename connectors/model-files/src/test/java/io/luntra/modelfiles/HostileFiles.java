package io.luntra.modelfiles;

import static io.luntra.modelfiles.onnx.Proto.external;
import static io.luntra.modelfiles.onnx.Proto.floats;
import static io.luntra.modelfiles.onnx.Proto.model;
import static io.luntra.modelfiles.onnx.Proto.tensor;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.gguf.GgufFile;
import io.luntra.modelfiles.onnx.OnnxQuantizer;
import io.luntra.modelfiles.onnx.Proto;
import io.luntra.modelfiles.pytorch.PytorchFile;
import io.luntra.modelfiles.pytorch.ScriptSignature;
import io.luntra.modelfiles.safetensors.SafetensorsFile;
import io.luntra.release.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What holds for the bytes of any file, whoever made it: it is refused by its name, or it is laid
 * out to its last byte. The files are in a folder with what they may refer to.
 */
final class HostileFiles {
  private final Path folder;

  /** A format, and a small file of it that is whole. */
  enum Format {
    SAFETENSORS("m.safetensors"),
    ONNX("m.onnx"),
    PYTORCH("m.pt"),
    GGUF("m.gguf"),
    INDEX("m.safetensors.index.json");

    private final String name;

    Format(String name) {
      this.name = name;
    }

    byte[] whole() throws IOException {
      return switch (this) {
        case SAFETENSORS -> safetensors();
        case ONNX -> onnx();
        case PYTORCH -> PytorchFile.checkpoint();
        case GGUF -> GgufFile.model();
        case INDEX ->
            "{\"metadata\":{\"total_size\":39},\"weight_map\":{\"a\":\"x.safetensors\"}}"
                .getBytes(UTF_8);
      };
    }
  }

  private HostileFiles(Path folder) {
    this.folder = folder;
  }

  /** In a folder of their own. */
  static HostileFiles in(Path folder) throws IOException {
    Files.write(folder.resolve("x.bin"), new byte[16]);
    Files.write(folder.resolve("x.safetensors"), safetensors());
    return new HostileFiles(folder);
  }

  private static byte[] safetensors() {
    return new SafetensorsFile()
        .tensor("a", "F32", "[2,3]", 24)
        .tensor("b", "BF16", "[7]", 14)
        .tensor("c", "F8_E4M3", "[]", 1)
        .bytes();
  }

  private static byte[] onnx() {
    Proto axes = new Proto().text(1, "value").message(5, tensor("", 7, 1).varint(7, 5));
    Proto large =
        new Proto().text(1, "value").message(5, tensor("", 1, 32, 32).bytes(9, floats(1024)));
    Proto branch =
        new Proto()
            .message(5, tensor("w", 1, 2).bytes(9, floats(2)))
            .message(5, tensor("v", 1, 3).bytes(9, floats(3)))
            .message(1, new Proto().text(2, "l").text(4, "Constant").message(5, large));
    Proto graph =
        new Proto()
            .message(1, new Proto().text(2, "k").text(4, "Constant").message(5, large))
            .message(1, new Proto().text(4, "Constant").message(5, axes))
            .message(1, new Proto().text(1, "a").text(1, "k").text(2, "b").text(4, "MatMul"))
            .message(1, new Proto().text(4, "If").message(5, new Proto().message(6, branch)))
            .text(2, "g")
            .message(5, tensor("w", 1, 2, 3).bytes(9, floats(6)))
            .message(5, tensor("f", 1, 4).bytes(4, floats(4)))
            .message(5, tensor("i", 7, 2).bytes(7, new Proto().raw(1).raw(-1).toBytes()))
            .message(5, tensor("s", 8, 1).text(6, "text"))
            .message(5, external("x", "x.bin", "8", 2))
            .message(15, new Proto().message(1, tensor("p", 1, 1).bytes(9, floats(1))));
    return model(graph).toBytes();
  }

  /** Reads a file. */
  ModelInput read(Format format, byte[] bytes) throws IOException {
    return ModelFiles.layout(
        new org.apache.flink.core.fs.Path(write(format, bytes).toUri()), ReaderOptions.DEFAULTS);
  }

  private Path write(Format format, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(format.name), bytes);
  }

  /**
   * Reads a file, and what a script takes, and converts an ONNX model.
   *
   * @throws AssertionError when the layout is not of the file, or the refusal does not name it
   */
  void check(Format format, byte[] bytes) throws IOException {
    try {
      ModelInput input = read(format, bytes);
      List<Shard> shards = ShardPlanner.plan(input.layouts());
      long planned = shards.stream().mapToLong(Shard::inputBytes).sum();
      if (input.layouts().get(0).length() != bytes.length || planned != input.inputBytes()) {
        throw new AssertionError("%d bytes laid out as %s".formatted(bytes.length, input));
      }
      if (format == Format.PYTORCH) {
        ScriptSignature.read(input.artifacts().get(0).file(), ReaderOptions.DEFAULTS);
      }
      if (format == Format.ONNX) {
        for (OnnxQuantizer.Form form : OnnxQuantizer.Form.values()) {
          convert(bytes, form);
        }
      }
    } catch (InvalidInputException e) {
      if (!e.getMessage().contains(folder.getFileName().toString())) {
        throw new AssertionError("No file in: " + e.getMessage(), e);
      }
    }
  }

  private void convert(byte[] bytes, OnnxQuantizer.Form form) throws IOException {
    try {
      OnnxQuantizer.quantize(write(Format.ONNX, bytes), form, ReaderOptions.DEFAULTS);
    } catch (InvalidInputException e) {
      if (e.getMessage().isEmpty()) {
        throw new AssertionError(e);
      }
    }
  }
}
