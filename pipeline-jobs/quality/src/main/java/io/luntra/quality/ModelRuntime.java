package io.luntra.quality;

import java.nio.file.Path;
import java.util.List;

/** What runs a model. */
public abstract class ModelRuntime {
  /** ONNX Runtime. */
  public static final ModelRuntime ONNX =
      new ModelRuntime() {
        @Override
        ModelOutputs open(Path model, EmbeddingOptions options) {
          return OnnxOutputs.open(model, options);
        }
      };

  private ModelRuntime() {}

  /**
   * libtorch. A script is a program that may read and write files: it has to be trusted.
   *
   * @param inputs names of the tensors that it is given, in their order
   */
  public static ModelRuntime ofScript(List<String> inputs) {
    return new ModelRuntime() {
      @Override
      ModelOutputs open(Path model, EmbeddingOptions options) {
        return ScriptOutputs.open(model, inputs);
      }
    };
  }

  abstract ModelOutputs open(Path model, EmbeddingOptions options);
}
