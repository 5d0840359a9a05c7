package io.luntra.jobs.convert;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.codec.FloatType;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.BoundedStream;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.safetensors.SafetensorsReader;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * Writes a safetensors model with its weights in another form: one file, or a folder of them with
 * all that belongs to it. Tensors pass through a row, or a few MB, at a time.
 *
 * <ul>
 *   <li>FP32, FP16, BF16: all floating-point tensors of these types get that one. Values are
 *       rounded to the nearest, ties to even; those that are too large become the largest finite
 *       one.
 *   <li>INT8, INT4: matrices of linear layers in the pack-quantized layout of compressed-tensors,
 *       which vLLM and Transformers load; config.json says so.
 * </ul>
 */
public final class SafetensorsConverter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".safetensors";
  private static final String INDEX = SUFFIX + ".index.json";
  private static final String CONFIG = "config.json";
  private static final String QUANTIZATION = "quantization_config";
  private static final int PIECE = 4 << 20;

  private final SafetensorsForm form;
  private final ReaderOptions options;
  private final List<Tensor> changed = new ArrayList<>();
  private final Set<String> ignored = new TreeSet<>(Set.of("lm_head"));

  /**
   * A tensor that was written in another form.
   *
   * @param form what it became, in words
   * @param exact whether its values are the same
   */
  public record Tensor(String name, List<Long> shape, String form, boolean exact) {}

  private SafetensorsConverter(SafetensorsForm form, ReaderOptions options) {
    this.form = form;
    this.options = options;
  }

  /**
   * Converts a model.
   *
   * @param model a folder with safetensors files, or one such file; packed weights need a folder
   *     with config.json
   * @param out a file or folder that is not there yet
   * @return what became of which tensor
   * @throws InvalidInputException when there is no such model, or nothing of it can be written so
   */
  public static List<Tensor> convert(
      Path model, SafetensorsForm form, Path out, ReaderOptions options) throws IOException {
    SafetensorsConverter converter = new SafetensorsConverter(form, options);
    if (Files.isDirectory(model)) {
      converter.convertFolder(model, out);
    } else if (form.bits() > 0) {
      throw new InvalidInputException(
          "%s: expected a folder with config.json, which says how weights are packed"
              .formatted(model));
    } else {
      converter.convertFile(flink(model), out);
    }
    if (converter.changed.isEmpty()) {
      throw new InvalidInputException(
          "%s: no %s to convert in a safetensors file"
              .formatted(
                  model, form.bits() > 0 ? "weights of linear layers" : "tensors of other floats"));
    }
    return List.copyOf(converter.changed);
  }

  private static org.apache.flink.core.fs.Path flink(Path path) {
    return new org.apache.flink.core.fs.Path(path.toAbsolutePath().normalize().toUri());
  }

  private void convertFolder(Path model, Path out) throws IOException {
    List<ModelInput.Artifact> texts = new ArrayList<>();
    SafetensorsIndex index = new SafetensorsIndex();
    boolean configured = false;
    for (ModelInput.Artifact artifact : ModelFiles.layout(flink(model), options).artifacts()) {
      String path = artifact.layout().path();
      Path target = out.resolve(path);
      Files.createDirectories(target.getParent());
      boolean config = path.equals(CONFIG) && form.bits() > 0;
      configured |= config;
      if (path.endsWith(SUFFIX)) {
        index.add(path, convertFile(artifact.file(), target));
      } else if (path.endsWith(INDEX) || config) {
        texts.add(artifact);
      } else {
        try (InputStream in = artifact.file().getFileSystem().open(artifact.file())) {
          Files.copy(in, target);
        }
      }
    }
    if (form.bits() > 0 && !configured) {
      throw new InvalidInputException(
          "%s: no %s, which says how weights are packed".formatted(model, CONFIG));
    }
    for (ModelInput.Artifact artifact : texts) {
      ObjectNode json = json(artifact);
      if (artifact.layout().path().equals(CONFIG)) {
        addQuantization(artifact.file(), json);
      } else {
        index.write(json, artifact.layout().path());
      }
      Files.writeString(
          out.resolve(artifact.layout().path()),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }
  }

  private ObjectNode json(ModelInput.Artifact artifact) throws IOException {
    if (artifact.layout().length() > options.limits().headerBytes()) {
      throw new InvalidInputException(
          "%s: %d bytes, expected at most %d"
              .formatted(
                  artifact.file(), artifact.layout().length(), options.limits().headerBytes()));
    }
    try (InputStream in = artifact.file().getFileSystem().open(artifact.file())) {
      if (JSON.readTree(in) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s: not JSON: %s".formatted(artifact.file(), e.getOriginalMessage()), e);
    }
    throw new InvalidInputException("%s: expected a JSON object".formatted(artifact.file()));
  }

  /** As compressed-tensors finds it in config.json. */
  private void addQuantization(org.apache.flink.core.fs.Path file, ObjectNode config) {
    if (config.has(QUANTIZATION)) {
      throw new InvalidInputException(
          "%s: it has a %s: the model is quantized already".formatted(file, QUANTIZATION));
    }
    ObjectNode quantization = config.putObject(QUANTIZATION);
    quantization
        .put("quant_method", "compressed-tensors")
        .put("format", "pack-quantized")
        .put("quantization_status", "compressed");
    ArrayNode ignore = quantization.putArray("ignore");
    ignored.forEach(ignore::add);
    ObjectNode group = quantization.putObject("config_groups").putObject("group_0");
    group.putArray("targets").add("Linear");
    ObjectNode weights = group.putObject("weights");
    weights
        .put("num_bits", form.bits())
        .put("type", "int")
        .put("symmetric", true)
        .put("strategy", form.group() > 0 ? "group" : "channel")
        .put("dynamic", false);
    if (form.group() > 0) {
      weights.put("group_size", form.group());
    }
  }

  /** Writes one file; gives what is in it. */
  private List<TensorInfo> convertFile(org.apache.flink.core.fs.Path file, Path target)
      throws IOException {
    ArtifactLayout layout = SafetensorsReader.layout(file, file.getName(), options);
    List<Section> tensors =
        layout.sections().stream().filter(section -> section.tensor() != null).toList();
    List<TensorInfo> written = new ArrayList<>();
    tensors.forEach(section -> written.addAll(forms(section.tensor())));
    try (FSDataInputStream in = file.getFileSystem().open(file);
        SafetensorsOutput out = new SafetensorsOutput(target)) {
      long header = tensors.isEmpty() ? layout.length() : tensors.get(0).offset();
      out.header(metadata(in, header), written);
      for (Section section : tensors) {
        write(section.tensor(), new TensorInput(in, section), out);
      }
      return written;
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The free texts of a header, which was read before; null where it has none. */
  private static JsonNode metadata(FSDataInputStream in, long end) throws IOException {
    in.seek(Long.BYTES);
    try (JsonParser json =
        JSON.createParser(new BufferedInputStream(new BoundedStream(in, end - Long.BYTES)))) {
      json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.currentName().equals("__metadata__");
        json.nextToken();
        if (found) {
          return json.readValueAsTree();
        }
        json.skipChildren();
      }
    }
    return null;
  }

  /** What stands for a tensor. */
  private List<TensorInfo> forms(TensorInfo tensor) {
    if (form.packs(tensor)) {
      return PackedTensor.infos(tensor, form);
    }
    if (form.type().isPresent() && FloatType.of(tensor.dtype()).isPresent()) {
      return List.of(new TensorInfo(tensor.name(), form.type().get().dataType(), tensor.shape()));
    }
    return List.of(tensor);
  }

  private void write(TensorInfo tensor, TensorInput in, SafetensorsOutput out) throws IOException {
    FloatType from = FloatType.of(tensor.dtype()).orElse(null);
    FloatType to = from == null ? null : form.type().orElse(from);
    if (form.packs(tensor)) {
      String words =
          "int%d %s".formatted(form.bits(), form.group() > 0 ? "in blocks of 32" : "by rows");
      changed.add(
          new Tensor(
              tensor.name(), tensor.shape(), words, PackedTensor.write(tensor, form, in, out)));
    } else if (from == to) {
      while (in.left() > 0) {
        out.write(in.read(PIECE));
      }
      if (SafetensorsForm.isMatrixOfModule(tensor)) {
        ignored.add(SafetensorsForm.module(tensor));
      }
    } else {
      changed.add(
          new Tensor(
              tensor.name(), tensor.shape(), to.dataType().name(), rewrite(in, from, to, out)));
    }
  }

  /** Gives whether all values are the same. */
  private static boolean rewrite(
      TensorInput in, FloatType from, FloatType to, SafetensorsOutput out) throws IOException {
    boolean exact = true;
    while (in.left() > 0) {
      byte[] values = from.widen(in.read(PIECE));
      byte[] written = new byte[values.length / Float.BYTES * to.width()];
      to.narrow(values, written);
      exact = exact && Arrays.equals(to.widen(written), values);
      out.write(written);
    }
    return exact;
  }
}
