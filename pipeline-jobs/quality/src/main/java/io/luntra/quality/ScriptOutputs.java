package io.luntra.quality;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/** A TorchScript model on libtorch. Its code says no shapes: nothing can be made up for it. */
final class ScriptOutputs extends ModelOutputs {
  private static final Pattern ERROR = Pattern.compile("^[\\w.]*Error: ");

  private final NDManager manager;
  private final Model model;
  private final Predictor<NDList, NDList> predictor;
  private final List<String> inputs;

  private ScriptOutputs(NDManager manager, Model model, List<String> inputs) {
    this.manager = manager;
    this.model = model;
    this.predictor = model.newPredictor(new NoopTranslator());
    this.inputs = List.copyOf(inputs);
  }

  /**
   * Loads a script, which runs code of it.
   *
   * @throws InvalidInputException when libtorch can't
   */
  static ScriptOutputs open(Path file, List<String> inputs) {
    NDManager manager = Libtorch.newManager();
    Model model = null;
    boolean loaded = false;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      model = Model.newInstance("script", Libtorch.ENGINE);
      model.load(in);
      loaded = true;
      return new ScriptOutputs(manager, model, inputs);
    } catch (IOException | MalformedModelException | EngineException e) {
      throw new InvalidInputException("libtorch cannot load the model: " + reason(e), e);
    } finally {
      if (!loaded) {
        if (model != null) {
          model.close();
        }
        manager.close();
      }
    }
  }

  /**
   * One line: libtorch's messages have the script's own stack before the error, or theirs after.
   */
  private static String reason(Exception e) {
    List<String> lines = String.valueOf(e.getMessage()).lines().toList();
    return ForeignText.printable(
        lines.stream()
            .filter(line -> ERROR.matcher(line).find())
            .findFirst()
            .orElse(lines.isEmpty() ? "" : lines.get(0)));
  }

  @Override
  Set<String> inputs() {
    return new LinkedHashSet<>(inputs);
  }

  @Override
  Output run(Map<String, Sample> known, Random random) {
    try (NDManager each = manager.newSubManager()) {
      NDList feed = new NDList();
      for (String input : inputs) {
        Sample sample = known.get(input);
        if (sample == null) {
          throw new InvalidInputException(
              "Input %s: a script does not say its shape; give samples with an array for each of %s"
                  .formatted(input, inputs));
        }
        feed.add(array(each, sample));
      }
      NDList outputs = predictor.predict(feed);
      outputs.attach(each);
      for (NDArray output : outputs) {
        DataType type = output.getDataType();
        if (type == DataType.FLOAT32 || type == DataType.FLOAT64 || type == DataType.FLOAT16) {
          NDArray floats = output.toType(DataType.FLOAT32, false);
          String name = output.getName() == null ? "" : output.getName();
          return Output.of(name, output.getShape().getShape(), floats.toFloatArray());
        }
      }
      throw new InvalidInputException("The model has no output of FP32, FP64 or FP16");
    } catch (TranslateException | EngineException | UnsupportedOperationException e) {
      throw new InvalidInputException("libtorch cannot run the model: " + reason(e), e);
    }
  }

  private static NDArray array(NDManager manager, Sample sample) {
    Shape shape = new Shape(sample.batchShape());
    return switch (sample.type()) {
      case FP32, FP64 -> {
        NDArray floats = manager.create(FloatBuffer.wrap(sample.floats()), shape, DataType.FLOAT32);
        yield sample.type() == SampleArray.Type.FP32
            ? floats
            : floats.toType(DataType.FLOAT64, false);
      }
      case INT32 -> manager.create(IntBuffer.wrap(sample.integers("")), shape, DataType.INT32);
      case INT64 -> manager.create(LongBuffer.wrap(sample.longs()), shape, DataType.INT64);
    };
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
    manager.close();
  }
}
