package io.luntra.kzg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ethereum.ckzg4844.CKZG4844JNI;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CKzgTest extends KzgContractTest {
  @Override
  Kzg kzg() {
    return Kzg.load();
  }

  @Test
  void threadsShareOneSetUpAndAgree() throws Exception {
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<KzgCommitment>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(
            executor.submit(
                () -> {
                  start.await();
                  return Kzg.load().commit(TestBlobs.random(7));
                }));
      }
      for (Future<KzgCommitment> result : results) {
        assertThat(result.get()).isEqualTo(kzg().commit(TestBlobs.random(7)));
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void refusesAnotherPrecomputeThanTheOneInUse() {
    kzg();
    withPrecompute(
        "0",
        () ->
            assertThatThrownBy(Kzg::load)
                .isInstanceOf(LuntraException.class)
                .hasMessage(
                    "KZG set-up: luntra.kzg.precompute is 0, but this process has been set up"
                        + " with 8"));
    withPrecompute(
        "16",
        () ->
            assertThatThrownBy(Kzg::load).hasMessageContaining("luntra.kzg.precompute is 16, not"));
    withPrecompute(
        "much",
        () -> assertThatThrownBy(Kzg::load).hasMessageContaining("is \"much\", not a number"));
    assertThat(kzg().commit(new byte[131_072])).isNotNull();
  }

  @Test
  void aSecondClassLoaderHasItsOwnSetUp() throws Exception {
    kzg();
    ClassLoader other = new CopyingClassLoader();
    Object kzg = other.loadClass(Kzg.class.getName()).getMethod("load").invoke(null);
    assertThat(kzg.getClass()).isNotEqualTo(kzg().getClass());
    Object commitment =
        other
            .loadClass(Kzg.class.getName())
            .getMethod("commit", byte[].class)
            .invoke(kzg, (Object) TestBlobs.random(8));
    assertThat(commitment.toString()).isEqualTo(kzg().commit(TestBlobs.random(8)).toString());
  }

  @Test
  void saysSoWhenSomeoneElseHasSetUpTheLibraryAndKeepsSayingIt() throws Exception {
    ClassLoader other = new CopyingClassLoader();
    Class<?> jni = other.loadClass(CKZG4844JNI.class.getName());
    TrustedSetup setup = TrustedSetup.fromResource();
    jni.getMethod("loadNativeLibrary").invoke(null);
    jni.getMethod("loadTrustedSetup", byte[].class, byte[].class, byte[].class, long.class)
        .invoke(null, setup.g1Monomial(), setup.g1Lagrange(), setup.g2Monomial(), 0L);
    Class<?> kzg = other.loadClass(Kzg.class.getName());
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> kzg.getMethod("load").invoke(null))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .hasMessageStartingWith("KZG set-up failed")
          .hasMessageContaining("Trusted Setup is already loaded");
    }
  }

  private static void withPrecompute(String value, Runnable check) {
    System.setProperty(Kzg.PRECOMPUTE_PROPERTY, value);
    try {
      check.run();
    } finally {
      System.clearProperty(Kzg.PRECOMPUTE_PROPERTY);
    }
  }

  /** Defines its own copies of our classes and of the binding's, as Flink does for user code. */
  private static final class CopyingClassLoader extends ClassLoader {
    CopyingClassLoader() {
      super(CKzgTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        if (known != null) {
          return known;
        }
        if (!name.startsWith("io.luntra.") && !name.startsWith("ethereum.ckzg4844.")) {
          return super.loadClass(name, resolve);
        }
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
          byte[] code = in.readAllBytes();
          return defineClass(name, code, 0, code.length);
        } catch (IOException e) {
          throw new ClassNotFoundException(name, e);
        }
      }
    }
  }
}
