package io.luntra.jobs.inspect;

import io.luntra.manifest.ParameterCount;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;

/**
 * What was found in a model.
 *
 * @param architecture as far as it can be told
 * @param histogram of all floats of matrices
 */
public record Inspection(
    Optional<Architecture> architecture,
    ParameterCount parameters,
    List<File> files,
    List<Tensor> tensors,
    SpreadHistogram histogram,
    List<Cost> costs) {

  /**
   * A family of models.
   *
   * @param source what says so
   */
  public record Architecture(String family, String source) {}

  /** A file. */
  public record File(String path, long bytes, String sha256, int tensors) {}

  /**
   * A tensor.
   *
   * @param effectiveType the narrowest float that holds every value, or its own type
   * @param values empty where its elements are no numbers here, or there are none
   * @param sameAs the first tensor of the same type, shape and values
   */
  public record Tensor(
      String path,
      TensorInfo info,
      DataType effectiveType,
      Optional<Values> values,
      Optional<String> sameAs) {}

  /**
   * Values of a tensor.
   *
   * @param zeros how many are 0
   * @param notFinite how many are infinite or no numbers; they count for nothing else
   */
  public record Values(
      double least, double greatest, double mean, double deviation, long zeros, long notFinite) {}

  /**
   * What a profile would make of it, the manifest not counted.
   *
   * @param encodedBytes of all encoded chunks
   * @param sampledShare of the bytes, that were encoded to tell; 1 where it is exact
   */
  public record Cost(String profile, long encodedBytes, long blobs, double sampledShare) {}

  public Inspection {
    files = List.copyOf(files);
    tensors = List.copyOf(tensors);
    costs = List.copyOf(costs);
  }
}
