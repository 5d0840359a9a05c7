package io.luntra.modelfiles.pytorch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptSignatureTest {
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/luntra/modelfiles/golden/script.pt");

  @TempDir private Path folder;

  private static Optional<ScriptSignature> read(Path file) throws IOException {
    return ScriptSignature.read(
        new org.apache.flink.core.fs.Path(file.toUri()), ReaderOptions.DEFAULTS);
  }

  private Optional<ScriptSignature> read(byte[] file) throws IOException {
    return read(Files.write(folder.resolve("model.pt"), file));
  }

  private static PytorchFile script() throws IOException {
    byte[] pickle =
        new PickleWriter().global("__torch__.a.b", "M").op(')').op(0x81).op('}').op('b').stop();
    return new PytorchFile().entry("m/data.pkl", pickle).entry("m/constants.pkl", new byte[0]);
  }

  private static byte[] script(String code) throws IOException {
    return script().compressed("m/code/__torch__/a/b.py", code.getBytes(UTF_8)).bytes();
  }

  /** A class whose forward takes these, among others of the same module. */
  private static byte[] taking(String parameters) throws IOException {
    return script(
        """
        class Other(Module):
          def forward(self: __torch__.a.b.Other,
            wrong: Tensor) -> Tensor:
            return wrong
        class M(Module):
          training : bool
          def helper(self: __torch__.a.b.M,
            wrong: int) -> Tensor:
            return wrong
          def forward(%s) -> Tensor:
            return x
        class After(Module):
          __parameters__ = []
        """
            .formatted(parameters));
  }

  private void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("model.pt: ")
        .hasMessageContaining(message);
  }

  @Test
  void whatTorchWroteIsFound() throws IOException {
    assertThat(read(GOLDEN)).contains(new ScriptSignature(java.util.List.of("input")));
  }

  @Test
  void checkpointsAndOtherFilesHaveNone() throws IOException {
    assertThat(read(GOLDEN.resolveSibling("checkpoint.pt"))).isEmpty();
    assertThat(read(GOLDEN.resolveSibling("model.gguf"))).isEmpty();
    assertThat(read(new byte[0])).isEmpty();
  }

  @Test
  void namesAreThoseOfTheClassInTheirOrder() throws IOException {
    byte[] file =
        taking(
            "self: __torch__.a.b.M,\n    y: Tensor,\n    x: Optional[Tensor],\n    z: Tensor=None,"
                + "\n    w: Dict[str, Tensor]");
    assertThat(read(file).orElseThrow().inputs()).containsExactly("y", "x");
  }

  @Test
  void whatIsNoTensorIsRefused() throws IOException {
    assertRefused(
        taking("self: __torch__.a.b.M,\n    x: Tensor,\n    sr: int"),
        "its forward takes sr of type int; only models of tensors alone are run");
    assertRefused(
        taking("self: __torch__.a.b.M,\n    x: Dict[str, Tensor]"),
        "its forward takes x of type Dict[str, Tensor]; only");
    assertRefused(taking("self: M, \u001b[2J"), "its forward takes '\\u001b[2J', expected NAME");
    assertRefused(taking("self: M, \u001b[2J: Tensor"), "its forward takes '\\u001b[2J: Tensor'");
    assertRefused(taking("self: M"), "its forward takes no tensor without a default");
    assertRefused(taking("self: M, x: Tensor=None"), "takes no tensor without a default");
  }

  @Test
  void codeThatIsNotThereIsNamed() throws IOException {
    assertRefused(script().bytes(), "a script without zip entry 'm/code/__torch__/a/b.py'");
    assertRefused(script("class N(Module):\n  pass\n"), "its code has no forward of class M");
    assertRefused(script("class M(Module):\n  def forward(self"), "no forward of class M");
  }

  /** A bomb of code: a thousand times what it takes in the file. */
  @Test
  void codeThatIsTooLongIsNotInflated() throws IOException {
    assertRefused(
        script("#".repeat(ReaderOptions.DEFAULTS.limits().metadataBytes() + 1)),
        "zip entry 'm/code/__torch__/a/b.py': code of more than 1048576 bytes");
  }

  @Test
  void damageIsRefusedOrReadAsSomethingElse() throws IOException {
    byte[] good = Files.readAllBytes(GOLDEN);
    Random random = new Random(11);
    for (int i = 0; i < 3_000; i++) {
      byte[] bad =
          i % 3 == 0
              ? Arrays.copyOf(good, random.nextInt(good.length))
              : Arrays.copyOf(good, good.length);
      if (bad.length > 0 && i % 3 > 0) {
        // Mostly where the code and the directory are.
        bad[
                random.nextInt(i % 3 == 1 ? good.length : good.length / 2)
                    + (i % 3 == 1 ? 0 : good.length / 2)] ^=
            (byte) (1 + random.nextInt(255));
      }
      try {
        read(bad);
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageContaining("model.pt");
      }
    }
  }
}
