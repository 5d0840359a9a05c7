package io.luntra.calibration.linear;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.luntra.failure.LuntraException;

/**
 * PyTorch, for the products of matrices of a model's size. Nothing is downloaded or reported: the
 * natives are in jars and unpacked to {@code ~/.djl.ai} when first used. One thread per product, so
 * that their order of summation does not depend on the machine's load; call it from several.
 */
public final class LinearAlgebra implements AutoCloseable {
  private static final String OFFLINE = "ai.djl.offline";
  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private final NDManager manager;

  private LinearAlgebra(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Loads PyTorch.
   *
   * @throws LuntraException when its natives are not there for this platform
   */
  public static LinearAlgebra open() {
    setUnlessSet(OFFLINE, "true");
    setUnlessSet(THREADS, "1");
    setUnlessSet("OPT_OUT_TRACKING", "true");
    try {
      return new LinearAlgebra(NDManager.newBaseManager("PyTorch"));
    } catch (EngineException | IllegalArgumentException | UnsatisfiedLinkError e) {
      throw new LuntraException(
          "PyTorch's native library can't be loaded, which calibration needs; it comes with the"
              + " artifact pytorch-native-cpu for Linux x86-64: "
              + e.getMessage(),
          e);
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** A sum of XᵀX for X of so many columns; the caller closes it. */
  public Gram gram(int dimension) {
    return new Gram(manager.newSubManager(), dimension);
  }

  @Override
  public void close() {
    manager.close();
  }
}
