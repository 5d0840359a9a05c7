package io.luntra.bench;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * A column of floats in Parquet's own encodings, page by page as Parquet's writers cut it, each
 * page with zstd -3, Parquet's usual level. What is no multiple of 4 bytes is kept beside it.
 *
 * @param split BYTE_STREAM_SPLIT; otherwise a dictionary, which falls back to PLAIN where it grows
 *     beyond 1 MiB
 */
record ParquetPages(boolean split) implements Peer {
  private static final int PAGE_VALUES = 1 << 18;
  private static final int LEVEL = 3;
  private static final List<Encoding> ENCODINGS = List.of(Encoding.values());
  private static final ColumnDescriptor COLUMN =
      new ColumnDescriptor(
          new String[] {"weight"},
          new PrimitiveType(
              Type.Repetition.REQUIRED, PrimitiveType.PrimitiveTypeName.FLOAT, "weight"),
          0,
          0);

  @Override
  public String name() {
    return split ? "Parquet BYTE_STREAM_SPLIT, zstd" : "Parquet dictionary, zstd";
  }

  @Override
  public byte[] compress(byte[] raw) throws IOException {
    ByteBuffer values = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    Pages pages = new Pages();
    try (ValuesWriter writer = writer()) {
      while (values.remaining() >= Float.BYTES) {
        int count = Math.min(PAGE_VALUES, values.remaining() / Float.BYTES);
        for (int i = 0; i < count; i++) {
          writer.writeFloat(values.getFloat());
        }
        byte[] page = writer.getBytes().toInputStream().readAllBytes();
        pages.add(writer.getEncoding(), count, page);
        writer.reset();
      }
      DictionaryPage dictionary = writer.toDictPageAndClose();
      if (dictionary != null) {
        pages.add(
            dictionary.getEncoding(),
            -dictionary.getDictionarySize(),
            dictionary.getBytes().toInputStream().readAllBytes());
      }
    }
    pages.out.write(raw, values.position(), values.remaining());
    return pages.out.toByteArray();
  }

  private ValuesWriter writer() {
    return ParquetProperties.builder()
        .withByteStreamSplitEncoding(split)
        .withDictionaryEncoding(!split)
        .build()
        .newValuesWriter(COLUMN);
  }

  /** Pages, each with a head of 13 bytes: encoding, values (of a dictionary, negative), sizes. */
  private static final class Pages {
    private static final int HEAD = 13;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void add(Encoding encoding, int values, byte[] page) {
      byte[] compressed = Zstd.compress(page, LEVEL);
      ByteBuffer head = ByteBuffer.allocate(HEAD);
      head.put((byte) ENCODINGS.indexOf(encoding)).putInt(values).putInt(page.length);
      head.putInt(compressed.length);
      out.writeBytes(head.array());
      out.writeBytes(compressed);
    }
  }

  /** A page's head, and where it and the next one lie. */
  private record Head(int at, Encoding encoding, int values, int length, int compressedLength) {
    static Head read(byte[] compressed, int at) {
      ByteBuffer head = ByteBuffer.wrap(compressed, at, Pages.HEAD);
      return new Head(at, ENCODINGS.get(head.get()), head.getInt(), head.getInt(), head.getInt());
    }

    byte[] page(byte[] compressed) {
      int from = at + Pages.HEAD;
      return Zstd.decompress(Arrays.copyOfRange(compressed, from, from + compressedLength), length);
    }

    int next() {
      return at + Pages.HEAD + compressedLength;
    }
  }

  @Override
  public void decompress(byte[] compressed, byte[] raw) throws IOException {
    int rest = raw.length % Float.BYTES;
    Dictionary dictionary = null;
    for (int at = 0; at < compressed.length - rest; ) {
      Head head = Head.read(compressed, at);
      if (head.values() < 0) {
        dictionary =
            head.encoding()
                .initDictionary(
                    COLUMN,
                    new DictionaryPage(
                        BytesInput.from(head.page(compressed)), -head.values(), head.encoding()));
      }
      at = head.next();
    }
    ByteBuffer out = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; out.remaining() >= Float.BYTES; ) {
      Head head = Head.read(compressed, at);
      ValuesReader reader =
          head.encoding().usesDictionary()
              ? head.encoding()
                  .getDictionaryBasedValuesReader(COLUMN, ValuesType.VALUES, dictionary)
              : head.encoding().getValuesReader(COLUMN, ValuesType.VALUES);
      reader.initFromPage(
          head.values(), ByteBufferInputStream.wrap(ByteBuffer.wrap(head.page(compressed))));
      for (int i = 0; i < head.values(); i++) {
        out.putFloat(reader.readFloat());
      }
      at = head.next();
    }
    out.put(compressed, compressed.length - rest, rest);
  }
}
