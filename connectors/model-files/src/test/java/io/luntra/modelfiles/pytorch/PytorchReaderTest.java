package io.luntra.modelfiles.pytorch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PytorchReaderTest {
  @TempDir private Path folder;

  private ModelInput read(byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("model.pt"), file);
    return ModelFiles.layout(
        new org.apache.flink.core.fs.Path(path.toUri()), ReaderOptions.DEFAULTS);
  }

  private void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("model.pt: ")
        .hasMessageContaining(message);
  }

  private static byte[] pickle(PickleWriter pickle) throws IOException {
    return new PytorchFile()
        .entry("m/data.pkl", pickle.stop())
        .entry("m/data/0", new byte[16])
        .bytes();
  }

  private static PickleWriter tensor(String storage, long elements, long offset, long length) {
    return new PickleWriter()
        .tensor(storage, "0", elements, offset, new long[] {length}, new long[] {1});
  }

  private static int find(byte[] file, String text) {
    byte[] wanted = text.getBytes(US_ASCII);
    for (int i = 0; i <= file.length - wanted.length; i++) {
      if (Arrays.equals(file, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError(text);
  }

  private static ByteBuffer littleEndian(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void tensorsLieWhereTheirStoragesDo() throws IOException {
    byte[] file = PytorchFile.checkpoint();
    List<Section> sections = read(file).layouts().get(0).sections();
    List<TensorInfo> tensors =
        sections.stream().map(Section::tensor).filter(Objects::nonNull).toList();
    int first = find(file, "model/data/0") + "model/data/0".length();
    int third = find(file, "model/data/2") + "model/data/2".length();

    // The tied one is the first by another name; the transposed one is left to the container.
    assertThat(tensors)
        .containsExactly(
            new TensorInfo("a", DataType.FP32, List.of(2L, 2L)),
            new TensorInfo("b", DataType.FP32, List.of(4L)),
            new TensorInfo("long", DataType.INT64, List.of()));
    assertThat(sections.stream().filter(section -> section.tensor() != null).map(Section::offset))
        .containsExactly((long) first, first + 16L, (long) third);
  }

  @Test
  void aScriptIsReadAsTheAttributesOfItsObjects() throws IOException {
    PickleWriter pickle =
        new PickleWriter().global("__torch__.Net", "Net").op(')').op(0x81).op('}').op('(');
    pickle.text("training").op(0x89).text("layer");
    pickle.global("__torch__.torch.nn.Linear", "Linear").op(')').op(0x81).op('}').op('(');
    pickle.text("weight").tensor("FloatStorage", "0", 4, 0, new long[] {2, 2}, new long[] {2, 1});
    byte[] file = pickle(pickle.op('u').op('b').op('u').op('b'));

    assertThat(read(file).layouts().get(0).sections())
        .filteredOn(section -> section.tensor() != null)
        .extracting(section -> section.tensor().name())
        .containsExactly("layer.weight");
  }

  @Test
  void aTensorStaysInsideItsStorage() throws IOException {
    assertRefused(
        pickle(tensor("FloatStorage", 4, 1, 4)), "shape [4] from element 1 on, of a storage of 4");
    assertRefused(
        pickle(tensor("FloatStorage", 4, Long.MAX_VALUE, 4)), "from element 9223372036854775807");
    assertRefused(pickle(tensor("FloatStorage", 4, 0, 1L << 61)), "larger than 2^60 bytes");
    assertRefused(
        pickle(tensor("FloatStorage", 5, 0, 4)),
        "storage 'm/data/0' of 5 elements of 4 bytes, found 16 bytes");
    assertRefused(
        pickle(tensor("DoubleStorage", Long.MAX_VALUE, 0, 1)), "of 9223372036854775807 elements");
    assertRefused(
        new PytorchFile().entry("m/data.pkl", tensor("FloatStorage", 4, 0, 4).stop()).bytes(),
        "its storage '0' is not in the file");
  }

  @Test
  void otherFilesAreRefusedWithAdvice() throws IOException {
    byte[] magic = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};
    assertRefused(
        magic, "a PyTorch file of the format before 1.6, which is not read; load it with");
    assertRefused(
        new PickleWriter().global("os", "system").stop(),
        "not a PyTorch file: it does not begin as a zip file does, and no pickle is loaded");
    assertRefused(new byte[0], "not a PyTorch file");
    assertRefused(
        new PytorchFile().entry("word/document.xml", new byte[3]).bytes(),
        "a zip file with 0 entries FOLDER/data.pkl, expected one");
    assertRefused(
        new PytorchFile().entry("a/data.pkl", new byte[3]).entry("b/data.pkl", new byte[3]).bytes(),
        "a zip file with 2 entries FOLDER/data.pkl, expected one");
    assertRefused(
        new PytorchFile()
            .entry("a/data.pkl", tensor("FloatStorage", 4, 0, 4).stop())
            .entry("a/byteorder", "big".getBytes(US_ASCII))
            .bytes(),
        "byte order \"big\", expected little");
  }

  @Test
  void whatIsNamedOnlyIsNotRun() throws IOException {
    assertRefused(
        pickle(new PickleWriter().global("os", "system").text("touch x").op(0x85).op('R')),
        "m/data.pkl: pickle, opcode at byte 2: it names os.system, which is none of what tensors");
  }

  @Test
  void compressedEntriesAreRefusedUnread() throws IOException {
    // A bomb: 64 MiB of zeros in some 64 KiB.
    byte[] bomb = new byte[64 << 20];
    assertRefused(
        new PytorchFile().compressed("m/data.pkl", bomb).bytes(),
        "zip entry 'm/data.pkl' is compressed; expected stored, as PyTorch writes it");
    assertRefused(
        new PytorchFile()
            .entry("m/data.pkl", tensor("FloatStorage", bomb.length / 4, 0, 4).stop())
            .compressed("m/data/0", bomb)
            .bytes(),
        "zip entry 'm/data/0' is compressed");
  }

  @Test
  void lyingZipsAreRefused() throws IOException {
    byte[] whole = PytorchFile.checkpoint();
    int end = whole.length - 22;
    int directory = littleEndian(whole).getInt(end + 16);

    byte[] twice = whole.clone();
    for (int at = 0; at < twice.length - 12; at++) {
      if (new String(twice, at, 12, US_ASCII).equals("model/data/1")) {
        twice[at + 11] = '0';
      }
    }
    assertRefused(twice, "zip entry 'model/data/0' is there twice; expected each name once");

    byte[] escaping = whole.clone();
    for (int at = 0; at < escaping.length - 12; at++) {
      if (new String(escaping, at, 12, US_ASCII).equals("model/data/1")) {
        System.arraycopy("../../data/1".getBytes(US_ASCII), 0, escaping, at, 12);
      }
    }
    assertRefused(escaping, "Artifact path \"../../data/1\" is not a plain relative path");

    byte[] larger = whole.clone();
    littleEndian(larger).putInt(directory + 20, 1 << 20).putInt(directory + 24, 1 << 20);
    assertRefused(larger, "zip entry 'model/data.pkl': 1048576 bytes at");

    byte[] otherSize = whole.clone();
    littleEndian(otherSize).putInt(directory + 24, 1);
    assertRefused(otherSize, "zip entry 'model/data.pkl': 1 bytes at");

    byte[] overlapping = whole.clone();
    int size = littleEndian(whole).getInt(directory + 24);
    littleEndian(overlapping).putInt(directory + 20, size + 8).putInt(directory + 24, size + 8);
    assertRefused(overlapping, "zip entries 'model/data.pkl' and 'model/byteorder' overlap");

    byte[] elsewhere = whole.clone();
    littleEndian(elsewhere).putInt(directory + 42, 7);
    assertRefused(elsewhere, "its header at byte 7 says otherwise than the directory");

    byte[] far = whole.clone();
    littleEndian(far).putInt(directory + 42, Integer.MAX_VALUE);
    assertRefused(far, "is at byte 2147483647, past the last before the directory");

    byte[] encrypted = whole.clone();
    encrypted[directory + 8] |= 1;
    assertRefused(encrypted, "zip entry 'model/data.pkl' is encrypted");

    byte[] wide = whole.clone();
    littleEndian(wide).putInt(directory + 20, -1);
    assertRefused(wide, "its ZIP64 field is missing or malformed");

    byte[] wideEnd = whole.clone();
    littleEndian(wideEnd).putShort(end + 10, (short) -1);
    assertRefused(wideEnd, "has no ZIP64 locator, which its end asks for");

    byte[] entries = whole.clone();
    littleEndian(entries).putShort(end + 10, (short) 7);
    assertRefused(entries, "zip entry 6 of the directory: the directory ends at byte");

    byte[] fewer = whole.clone();
    littleEndian(fewer).putShort(end + 10, (short) 5);
    assertRefused(fewer, "bytes of the zip directory belong to no entry");

    byte[] parts = whole.clone();
    parts[end + 4] = 1;
    assertRefused(parts, "a zip file in several parts; expected one");

    byte[] outside = whole.clone();
    littleEndian(outside).putInt(end + 16, whole.length);
    assertRefused(outside, "does not end before byte");
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    byte[] whole = PytorchFile.checkpoint();
    for (int length = 0; length < whole.length; length += 7) {
      assertRefused(Arrays.copyOf(whole, length), "");
    }
  }
}
