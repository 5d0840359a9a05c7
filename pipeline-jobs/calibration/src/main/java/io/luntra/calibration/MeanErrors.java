package io.luntra.calibration;

import io.luntra.calibration.linear.Gram;
import io.luntra.modelfiles.onnx.OnnxGraph;
import io.luntra.tensor.DataType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which products have a bias that can make up for the mean error of their outputs, and what it has
 * to be: b + E[x]ᵀ(W − Ŵ). What is left to feed back is then the covariance of x.
 */
final class MeanErrors {
  private final ModelBytes model;
  private final Map<String, String> biases = new TreeMap<>();
  private final Map<String, double[]> means = new TreeMap<>();

  private MeanErrors(ModelBytes model) {
    this.model = model;
  }

  /** Of activations that go into products with such a bias only. */
  static MeanErrors of(
      ModelBytes model, Map<String, OnnxGraph.Product> products, Statistics statistics) {
    MeanErrors errors = new MeanErrors(model);
    Set<String> without = new HashSet<>();
    products.forEach(
        (name, product) ->
            product
                .bias()
                .filter(bias -> errors.isVectorOfOutputs(bias, name, product))
                .ifPresentOrElse(
                    bias -> errors.biases.put(name, bias),
                    () -> without.add(product.activation())));
    products.forEach(
        (name, product) -> {
          if (without.contains(product.activation())) {
            errors.biases.remove(name);
          }
        });
    for (Map.Entry<String, Gram> activation : statistics.all().entrySet()) {
      if (!without.contains(activation.getKey())) {
        errors.means.put(activation.getKey(), activation.getValue().mean());
      }
    }
    return errors;
  }

  private boolean isVectorOfOutputs(String bias, String matrix, OnnxGraph.Product product) {
    long outputs = model.info(matrix).elements() / Calibrator.inputs(model.info(matrix), product);
    return model.has(bias)
        && model.info(bias).dtype() == DataType.FP32
        && model.info(bias).shape().equals(List.of(outputs));
  }

  /** Whether an activation's mean costs nothing. */
  boolean covers(String activation) {
    return means.containsKey(activation);
  }

  /** The mean of an activation; null where it is not covered. */
  double[] mean(String activation) {
    return means.get(activation);
  }

  /** The bias of a product; null where its activation is not covered. */
  String bias(String matrix) {
    return biases.get(matrix);
  }

  /** The values of a matrix's bias when it is rebuilt to these. */
  float[] corrected(Matrix matrix, float[] rebuilt) {
    float[] error = model.values(matrix.name());
    for (int i = 0; i < error.length; i++) {
      error[i] -= rebuilt[i];
    }
    return model.shifted(matrix.bias(), matrix.meanOutput(matrix.oriented(error)), 1);
  }
}
