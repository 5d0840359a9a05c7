package io.luntra.quality;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.luntra.failure.LuntraException;

/**
 * PyTorch's native library. Nothing is downloaded or reported: it is in jars and unpacked to {@code
 * ~/.djl.ai} when first used. One thread for each operator, so that the order of summation does not
 * depend on the machine's load; several that wait for each other cost ten times as much where other
 * programs want the cores.
 */
public final class Libtorch {
  static final String ENGINE = "PyTorch";
  private static final String OFFLINE = "ai.djl.offline";
  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private Libtorch() {}

  /**
   * Arrays of it; the caller closes the manager.
   *
   * @throws LuntraException when it is not there for this platform
   */
  public static NDManager newManager() {
    setUnlessSet(OFFLINE, "true");
    setUnlessSet(THREADS, "1");
    setUnlessSet("OPT_OUT_TRACKING", "true");
    try {
      NDManager manager = NDManager.newBaseManager(ENGINE);
      // The property is read when the engine starts, which may have been before.
      JniUtils.setNumThreads(Integer.getInteger(THREADS, 1));
      return manager;
    } catch (EngineException | IllegalArgumentException | UnsatisfiedLinkError e) {
      throw new LuntraException(
          "PyTorch's native library can't be loaded; it comes with the artifact"
              + " pytorch-native-cpu for Linux x86-64: "
              + e.getMessage(),
          e);
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
