package io.luntra.modelfiles.pytorch;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.BoundedStream;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.pytorch.PickleValue.Storage;
import io.luntra.modelfiles.pytorch.PickleValue.Tensor;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ArtifactPath;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * Reads how a PyTorch file is laid out, without its values: a checkpoint of torch.save since
 * PyTorch 1.6, or a script of torch.jit.save. Both are zip files of stored entries: a pickle that
 * describes the objects, and one file for each storage. The pickle is read as data and never run.
 *
 * <p>Tensors are named by the keys that lead to them, with dots. One that shares its values with
 * another, or is not laid out row by row, is not listed: its values are those of the other, or
 * container bytes.
 */
public final class PytorchReader {
  static final String PICKLE = "data.pkl";
  private static final String CONSTANTS = "constants.pkl";

  /** How many bytes tell a PyTorch file from others. */
  public static final int HEAD_BYTES = 6;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** How the format before PyTorch 1.6 begins: a pickle of protocol 2, of its magic number. */
  private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc};

  private static final Comparator<Section> BY_PLACE =
      Comparator.comparingLong(Section::offset)
          .thenComparing(Comparator.comparingLong(Section::length).reversed());

  private final FSDataInputStream in;
  private final ReaderLimits limits;
  private final Map<String, ZipDirectory.Entry> entries;
  private final String folder;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  private PytorchReader(
      FSDataInputStream in,
      ReaderLimits limits,
      Map<String, ZipDirectory.Entry> entries,
      String folder) {
    this.in = in;
    this.limits = limits;
    this.entries = entries;
    this.folder = folder;
  }

  /**
   * Whether a file begins as those of PyTorch do, of any version.
   *
   * @param head its first bytes, {@link #HEAD_BYTES} where it has them
   */
  public static boolean isOne(byte[] head) {
    return isZip(head) || startsWith(head, LEGACY);
  }

  static boolean isZip(byte[] head) {
    return startsWith(head, ZIP);
  }

  /**
   * Lays out a PyTorch file, named as it is.
   *
   * @throws InvalidInputException when it is none, of the old format, malformed, or mentions
   *     anything but tensors; the message names the file and what was found
   */
  public static ModelInput read(Path file, ReaderOptions options) throws IOException {
    Path model = file.makeQualified(file.getFileSystem());
    ArtifactLayout layout = layout(model, ArtifactPath.check(model.getName()), options);
    return new ModelInput(List.of(new Artifact(model, layout)));
  }

  /** The layout alone; fails as {@link #read}. */
  public static ArtifactLayout layout(Path file, String path, ReaderOptions options)
      throws IOException {
    long length = ModelFiles.length(file);
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      requireZip(in.readNBytes(HEAD_BYTES));
      Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(in, length, options.limits());
      PytorchReader reader = new PytorchReader(in, options.limits(), entries, folder(entries));
      return ArtifactLayout.of(path, length, reader.tensors());
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void requireZip(byte[] head) {
    if (startsWith(head, LEGACY)) {
      throw new InvalidInputException(
          "a PyTorch file of the format before 1.6, which is not read; load it with a current"
              + " PyTorch where you trust it (torch.load with weights_only=True) and save it again,"
              + " best as safetensors");
    }
    if (!isZip(head)) {
      throw new InvalidInputException(
          "not a PyTorch file: it does not begin as a zip file does, and no pickle is loaded");
    }
  }

  private static boolean startsWith(byte[] head, byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (i >= head.length || head[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** The folder of all entries, which torch.save names after the file. */
  static String folder(Map<String, ZipDirectory.Entry> entries) {
    List<String> pickles =
        entries.keySet().stream().filter(name -> name.endsWith("/" + PICKLE)).toList();
    if (pickles.size() != 1) {
      throw new InvalidInputException(
          "not a PyTorch file: a zip file with %d entries FOLDER/data.pkl, expected one"
              .formatted(pickles.size()));
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  private List<Section> tensors() throws IOException {
    requireLittleEndian();
    add(PICKLE, "data/", "");
    if (entries.containsKey(folder + CONSTANTS)) {
      add(CONSTANTS, "constants/", "constants.");
    }
    List<Section> sorted = new ArrayList<>(sections.values());
    sorted.sort(BY_PLACE);
    List<Section> apart = new ArrayList<>();
    long end = 0;
    for (Section section : sorted) {
      if (section.offset() >= end) {
        apart.add(section);
        end = section.end();
      }
    }
    return apart;
  }

  private void requireLittleEndian() throws IOException {
    ZipDirectory.Entry order = entries.get(folder + "byteorder");
    if (order != null && order.length() <= limits.textBytes()) {
      String word = new String(bytes(order), StandardCharsets.US_ASCII);
      if (!word.equals("little")) {
        throw new InvalidInputException(
            "byte order \"%s\", expected little".formatted(ForeignText.printable(word)));
      }
    }
  }

  private void add(String pickle, String storages, String prefix) throws IOException {
    ZipDirectory.Entry entry = entries.get(folder + pickle);
    if (!entry.stored()) {
      throw new InvalidInputException(
          "zip entry '%s' is compressed; expected stored, as PyTorch writes it"
              .formatted(entry.name()));
    }
    if (entry.length() > limits.headerBytes()) {
      throw new InvalidInputException(
          "zip entry '%s' has %d bytes, expected at most %d"
              .formatted(entry.name(), entry.length(), limits.headerBytes()));
    }
    PickleValue value;
    in.seek(entry.offset());
    try {
      value = Pickle.read(bounded(entry), limits);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(entry.name(), e.getMessage()), e);
    }
    Map<String, Tensor> tensors = new NamedTensors(limits).in(value);
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      String name = prefix + tensor.getKey();
      Section section = section(name, tensor.getValue(), storages);
      if (section != null && sections.put(name, section) != null) {
        throw new InvalidInputException(
            "two tensors '%s'; expected each name once".formatted(ForeignText.printable(name)));
      }
    }
  }

  private InputStream bounded(ZipDirectory.Entry entry) {
    return new BufferedInputStream(new BoundedStream(in, entry.length()));
  }

  private byte[] bytes(ZipDirectory.Entry entry) throws IOException {
    in.seek(entry.offset());
    return in.readNBytes((int) entry.length());
  }

  /** Where the values of a tensor lie; null where they are none, or not one after the other. */
  private Section section(String name, Tensor tensor, String storages) {
    String where = "tensor '%s'".formatted(ForeignText.printable(name));
    Storage storage = tensor.storage();
    ZipDirectory.Entry entry = entries.get(folder + storages + storage.key());
    if (entry == null) {
      throw new InvalidInputException(
          "%s: its storage '%s' is not in the file"
              .formatted(where, ForeignText.printable(storage.key())));
    }
    if (!entry.stored()) {
      throw new InvalidInputException(
          "%s: zip entry '%s' is compressed; expected stored, as PyTorch writes it"
              .formatted(where, entry.name()));
    }
    if (storage.elements() > entry.length() / storage.elementBytes()
        || storage.elements() * storage.elementBytes() != entry.length()) {
      throw new InvalidInputException(
          "%s: storage '%s' of %d elements of %d bytes, found %d bytes"
              .formatted(
                  where, entry.name(), storage.elements(), storage.elementBytes(), entry.length()));
    }
    if (tensor.dtype().isEmpty()) {
      return null;
    }
    TensorInfo info = new TensorInfo(name, tensor.dtype().get(), tensor.shape());
    long width = info.dtype().bytes();
    long most = entry.length() / width;
    if (info.elements() > most || tensor.offset() > most - info.elements()) {
      throw new InvalidInputException(
          "%s: shape %s from element %d on, of a storage of %d"
              .formatted(where, info.shape(), tensor.offset(), most));
    }
    return info.elements() > 0 && isRowByRow(info, tensor.strides())
        ? new Section(entry.offset() + tensor.offset() * width, info.bytes(), info)
        : null;
  }

  /** Whether each dimension's stride is what those after it hold. */
  private static boolean isRowByRow(TensorInfo info, List<Long> strides) {
    long expected = 1;
    for (int i = strides.size() - 1; i >= 0; i--) {
      if (info.shape().get(i) > 1 && strides.get(i) != expected) {
        return false;
      }
      expected *= info.shape().get(i);
    }
    return true;
  }
}
