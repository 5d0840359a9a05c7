package io.luntra.jobs.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.luntra.blob.Bytes32;
import io.luntra.failure.VerificationException;
import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ShardRange;
import io.luntra.manifest.TensorEntry;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorComparisonTest {
  private static final int PADDING = 5;

  @TempDir Path folder;

  private static Bytes32 hash(int value) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) value;
    return new Bytes32(bytes);
  }

  private static TensorEntry tensor(String name, DataType type, int sha256, Long... shape) {
    return new TensorEntry(
        new TensorInfo(name, type, List.of(shape)),
        PADDING,
        new ShardRange(0, 0, 0, 1),
        "int8",
        hash(sha256),
        hash(sha256));
  }

  private Path file(String name, byte[] values) throws IOException {
    return Files.write(
        folder.resolve(name),
        ByteBuffer.allocate(PADDING + values.length).position(PADDING).put(values).array());
  }

  private Optional<TensorChange> compare(
      DataType before, byte[] first, DataType after, byte[] second) throws IOException {
    return TensorComparison.compare(
        new TensorDifference(
            "m",
            "t",
            Optional.of(tensor("t", before, 1, (long) first.length / before.bytes())),
            Optional.of(tensor("t", after, 2, (long) second.length / after.bytes()))),
        file("a", first),
        file("b", second));
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] shorts(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }

  private static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  @Test
  void saysByHowMuchValuesChanged() throws Exception {
    TensorChange change =
        compare(DataType.FP32, floats(3, 4, 0, 0), DataType.FP32, floats(3, 4, 0, -1))
            .orElseThrow();
    assertThat(change.relativeRms()).isCloseTo(0.2, within(1e-12));
    assertThat(change.greatest()).isEqualTo(1);
    assertThat(change.changed()).isEqualTo(1);
    assertThat(change.changedShare()).isEqualTo(0.25);
  }

  @Test
  void numbersOfOtherTypesAreTheSameNumbers() throws Exception {
    byte[] fp32 = floats(1, -2, 0.5f, 65504);
    // FP16 and BF16 by hand: sign, exponent, fraction
    byte[] fp16 = shorts(0x3c00, 0xc000, 0x3800, 0x7bff);
    assertThat(compare(DataType.FP32, fp32, DataType.FP16, fp16))
        .contains(new TensorChange(0, 0, 0, 4));
    byte[] bf16 = shorts(0x3f80, 0xc000, 0x3f00, 0x4780);
    TensorChange rounded = compare(DataType.FP32, fp32, DataType.BF16, bf16).orElseThrow();
    assertThat(rounded.greatest()).isEqualTo(65536 - 65504);
    assertThat(rounded.changed()).isEqualTo(1);
  }

  @Test
  void integersOf64BitsAreToldApart() throws Exception {
    TensorChange change =
        compare(DataType.INT64, longs(1L << 60, -1), DataType.INT64, longs((1L << 60) + 1, -1))
            .orElseThrow();
    assertThat(change.changed()).isEqualTo(1);
    assertThat(compare(DataType.UINT64, longs(-1), DataType.UINT64, longs(0)).orElseThrow())
        .isEqualTo(new TensorChange(1, 0x1p64, 1, 1));
    assertThat(
            compare(DataType.UINT8, new byte[] {-1}, DataType.UINT8, new byte[] {0})
                .orElseThrow()
                .greatest())
        .isEqualTo(255);
  }

  @Test
  void whatIsNotFiniteSpoilsNoSum() throws Exception {
    float nan = Float.NaN;
    float infinite = Float.POSITIVE_INFINITY;
    TensorChange change =
        compare(
                DataType.FP32,
                floats(nan, nan, infinite, 1, -0f),
                DataType.FP32,
                floats(nan, 1, infinite, infinite, 0f))
            .orElseThrow();
    assertThat(change).isEqualTo(new TensorChange(0, 0, 2, 5));
    TensorChange fromZero =
        compare(DataType.FP32, floats(0), DataType.FP32, floats(1)).orElseThrow();
    assertThat(fromZero.relativeRms()).isInfinite();
  }

  @Test
  void aTensorOfManyReadsIsTheSumOfThem() throws Exception {
    int elements = 300_001;
    Random random = new Random(5);
    ByteBuffer first = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer second = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    double differences = 0;
    double values = 0;
    for (int i = 0; i < elements; i++) {
      float a = (float) random.nextGaussian();
      float b = i % 3 == 0 ? a + 0.5f : a;
      first.putFloat(a);
      second.putFloat(b);
      differences += ((double) a - b) * ((double) a - b);
      values += (double) a * a;
    }
    TensorChange change =
        compare(DataType.FP32, first.array(), DataType.FP32, second.array()).orElseThrow();
    assertThat(change.relativeRms()).isCloseTo(Math.sqrt(differences / values), within(1e-12));
    assertThat(change.changed()).isEqualTo((elements + 2) / 3);
  }

  @Test
  void shapesThatDifferAreNotComparedAndShortFilesAreRefused() throws Exception {
    TensorDifference reshaped =
        new TensorDifference(
            "m",
            "t",
            Optional.of(tensor("t", DataType.FP32, 1, 2L, 1L)),
            Optional.of(tensor("t", DataType.FP32, 1, 1L, 2L)));
    Path file = file("c", floats(1, 2));
    assertThat(TensorComparison.compare(reshaped, file, file)).isEmpty();
    TensorDifference same = new TensorDifference("m", "t", reshaped.before(), reshaped.before());
    Path cut = file("d", floats(1));
    assertThatThrownBy(() -> TensorComparison.compare(same, file, cut))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(cut + ": ends at byte 9, within tensor t");
  }

  private static ArtifactManifest artifact(String path, int sha256, TensorEntry... tensors) {
    return new ArtifactManifest(
        new ArtifactEntry(path, 100, hash(sha256), hash(sha256)), List.of(tensors));
  }

  @Test
  void tensorsAreMatchedByFileAndName() {
    ReleaseDiff diff =
        ReleaseDiff.of(
            List.of(
                artifact(
                    "m",
                    1,
                    tensor("same", DataType.FP32, 1, 4L),
                    tensor("twice", DataType.FP32, 2, 4L),
                    tensor("twice", DataType.FP32, 3, 4L),
                    tensor("typed", DataType.FP32, 4, 4L),
                    tensor("removed", DataType.FP32, 5, 9L)),
                artifact("gone", 9)),
            List.of(
                artifact(
                    "m",
                    2,
                    tensor("same", DataType.FP32, 1, 4L),
                    tensor("twice", DataType.FP32, 2, 4L),
                    tensor("twice", DataType.FP32, 7, 4L),
                    tensor("typed", DataType.INT32, 4, 4L)),
                artifact("other", 1, tensor("same", DataType.FP32, 1, 1L))));

    assertThat(diff.isEmpty()).isFalse();
    assertThat(diff.different())
        .extracting(tensor -> tensor.kind() + " " + tensor.path() + " " + tensor.name())
        .containsExactly(
            "REMOVED m removed", "CHANGED m twice", "CHANGED m typed", "ADDED other same");
    assertThat(diff.count(Kind.SAME)).isEqualTo(2);
    assertThat(diff.files())
        .extracting(FileDifference::kind)
        .containsExactly(Kind.CHANGED, Kind.REMOVED, Kind.ADDED);
    List<ArtifactManifest> one = List.of(artifact("m", 1, tensor("a", DataType.FP32, 1, 4L)));
    assertThat(ReleaseDiff.of(one, one).isEmpty()).isTrue();
  }
}
