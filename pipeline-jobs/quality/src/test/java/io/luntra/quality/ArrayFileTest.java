package io.luntra.quality;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import io.luntra.failure.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays as NumPy 2 wrote them, and as nobody should. */
final class ArrayFileTest {
  @TempDir Path folder;

  private Path numpy(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = ArrayFileTest.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  static byte[] array(String header, byte[] values) {
    byte[] text = header.getBytes(ISO_8859_1);
    ByteBuffer array = ByteBuffer.allocate(10 + text.length + values.length);
    array.put((byte) 0x93).put("NUMPY".getBytes(ISO_8859_1)).put((byte) 1).put((byte) 0);
    array.order(ByteOrder.LITTLE_ENDIAN).putShort((short) text.length).put(text).put(values);
    return array.array();
  }

  private static String header(String type, String shape) {
    return "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n".formatted(type, shape);
  }

  static Path write(Path file, Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return Files.write(file, bytes.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "compressed.npz"})
  void samplesComeAsTheInputTakesThem(String name) throws Exception {
    ArrayFile file = ArrayFile.read(numpy(name));
    assertThat(file.samples()).isEqualTo(2);
    assertThat(file.arrays()).containsOnlyKeys("x", "ids");
    Sample x = file.arrays().get("x").sample(1);
    try (OnnxTensor second = OnnxOutputs.tensor("x", OnnxJavaType.FLOAT, 3, x)) {
      assertThat(second.getInfo().getShape()).containsExactly(1, 3, 4);
      float[] values = new float[12];
      second.getFloatBuffer().get(values);
      for (int i = 0; i < 12; i++) {
        assertThat(values[i]).isEqualTo((12 + i) / 8f);
      }
    }
    Sample ids = file.arrays().get("ids").sample(1);
    for (OnnxJavaType type : new OnnxJavaType[] {OnnxJavaType.INT64, OnnxJavaType.INT32}) {
      try (OnnxTensor second = OnnxOutputs.tensor("ids", type, 2, ids)) {
        assertThat(second.getInfo().type).isEqualTo(type);
        assertThat(second.getInfo().getShape()).containsExactly(1, 2);
      }
    }
    assertThatThrownBy(() -> OnnxOutputs.tensor("x", OnnxJavaType.INT64, 3, x))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Samples for input x are <f");
  }

  @Test
  void samplesAreABatchOfOneOrOfTheInputsOwnShape() throws Exception {
    Sample x = ArrayFile.read(numpy("stored.npz")).arrays().get("x").sample(1);
    try (OnnxTensor batch = OnnxOutputs.tensor("x", OnnxJavaType.FLOAT, 3, x);
        OnnxTensor own = OnnxOutputs.tensor("x", OnnxJavaType.FLOAT, 2, x);
        OnnxTensor undeclared = OnnxOutputs.tensor("x", OnnxJavaType.FLOAT, 0, x)) {
      assertThat(batch.getInfo().getShape()).containsExactly(1, 3, 4);
      assertThat(own.getInfo().getShape()).containsExactly(3, 4);
      assertThat(own.getFloatBuffer()).isEqualTo(batch.getFloatBuffer());
      assertThat(undeclared.getInfo().getShape()).containsExactly(1, 3, 4);
    }
    for (int rank : new int[] {1, 4}) {
      assertThatThrownBy(() -> OnnxOutputs.tensor("x", OnnxJavaType.FLOAT, rank, x))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "Samples for input x have the shape [3, 4] each: expected rank %d, or %d for a batch",
              rank, rank - 1);
    }
  }

  @Test
  void aNumberForEachSampleIsAScalar() throws Exception {
    byte[] rates = new byte[16];
    ByteBuffer.wrap(rates).order(ByteOrder.LITTLE_ENDIAN).putLong(8000).putLong(16000);
    Path npz = write(folder.resolve("s.npz"), Map.of("sr.npy", array(header("<i8", "2,"), rates)));
    Sample sr = ArrayFile.read(npz).arrays().get("sr").sample(1);
    try (OnnxTensor second = OnnxOutputs.tensor("sr", OnnxJavaType.INT64, 0, sr)) {
      assertThat(second.getInfo().isScalar()).isTrue();
      assertThat(second.getLongBuffer().get()).isEqualTo(16000);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<f2|2, 2|is of type <f2, expected <f4, <f8, <i4 or <i8",
        ">f4|2, 2|is of type >f4",
        "<f4|2, 3|expected 24 bytes of values, found 16",
        "<f4|2|expected 8 bytes of values, found more",
        "<f4||expected samples along its first dimension",
        "<f4|-1, 4|has the shape (-1, 4)",
        "<f4|2, 99999999999999999999|has the shape",
        "<f4|4, 99999999999|expected at most 268435456 bytes in all",
        "<f4|99999999999, 4|expected samples along its first dimension",
        "<f4|4, 4611686018427387904|expected at most 268435456 bytes in all",
        "<f4|0, 4|expected 0 bytes of values, found more"
      })
  void whatIsNoArrayIsRefused(String type, String shape, String message) throws IOException {
    Path file =
        write(
            folder.resolve("a.npz"),
            Map.of("x.npy", array(header(type, shape == null ? "" : shape), new byte[16])));
    assertThatThrownBy(() -> ArrayFile.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a.npz")
        .hasMessageContaining(message);
  }

  @Test
  void filesThatAreNoneAreRefused() throws IOException {
    byte[] two = array(header("<f4", "2, 2"), new byte[16]);
    Path uneven =
        write(
            folder.resolve("uneven.npz"),
            Map.of("x.npy", two, "y.npy", array(header("<f4", "1, 4"), new byte[16])));
    assertThatThrownBy(() -> ArrayFile.read(uneven))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("samples, one before it");
    Path other = write(folder.resolve("other.npz"), Map.of("../x.txt", two));
    assertThatThrownBy(() -> ArrayFile.read(other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("entry '../x.txt'");
    Path text = Files.writeString(folder.resolve("text.npz"), "text");
    assertThatThrownBy(() -> ArrayFile.read(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it has no samples");
    assertThatThrownBy(() -> ArrayFile.read(folder.resolve("none.npz")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void changedAndCutFilesAreRefusedOrRead() throws IOException {
    Random random = new Random(1);
    for (String name : new String[] {"stored.npz", "compressed.npz"}) {
      byte[] whole = Files.readAllBytes(numpy(name));
      for (int i = 0; i < 3000; i++) {
        byte[] changed = whole.clone();
        for (int k = random.nextInt(4); k >= 0; k--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        int length = random.nextInt(3) == 0 ? random.nextInt(whole.length) : whole.length;
        Path file = Files.write(folder.resolve("m.npz"), Arrays.copyOf(changed, length));
        try {
          assertThat(ArrayFile.read(file).samples()).isPositive();
        } catch (InvalidInputException e) {
          assertThat(e).hasMessageContaining("m.npz");
        }
      }
    }
  }
}
