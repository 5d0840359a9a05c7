package io.luntra.modelfiles.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip file of stored entries, as torch.save writes it; by Java's own zip writer. */
public final class PytorchFile {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ZipOutputStream zip = new ZipOutputStream(bytes);

  PytorchFile entry(String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
    return this;
  }

  PytorchFile compressed(String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
    return this;
  }

  byte[] bytes() throws IOException {
    zip.close();
    return bytes.toByteArray();
  }

  /** A checkpoint of two tensors that share a storage, one transposed, and one of another. */
  public static byte[] checkpoint() throws IOException {
    PickleWriter pickle = new PickleWriter().op('}').op('(').text("a");
    pickle.tensor("FloatStorage", "0", 8, 0, new long[] {2, 2}, new long[] {2, 1}).text("b");
    pickle.tensor("FloatStorage", "0", 8, 4, new long[] {4}, new long[] {1}).text("tied");
    pickle.tensor("FloatStorage", "0", 8, 0, new long[] {4}, new long[] {1}).text("transposed");
    pickle.tensor("HalfStorage", "1", 6, 0, new long[] {3, 2}, new long[] {1, 3}).text("long");
    pickle.tensor("LongStorage", "2", 1, 0, new long[] {}, new long[] {}).op('u');
    return new PytorchFile()
        .entry("model/data.pkl", pickle.stop())
        .entry("model/byteorder", "little".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .entry("model/data/0", new byte[32])
        .entry("model/data/1", new byte[12])
        .entry("model/data/2", new byte[8])
        .entry("model/version", new byte[] {'3', '\n'})
        .bytes();
  }
}
