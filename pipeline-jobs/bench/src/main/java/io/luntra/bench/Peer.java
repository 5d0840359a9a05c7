package io.luntra.bench;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** What users could pick instead, without loss, on one thread. */
interface Peer {
  String name();

  byte[] compress(byte[] raw) throws IOException;

  byte[] decompress(byte[] compressed, int length) throws IOException;

  /** Zstandard at a level. */
  record Zstandard(int level) implements Peer {
    @Override
    public String name() {
      return "zstd -" + level;
    }

    @Override
    public byte[] compress(byte[] raw) {
      return Zstd.compress(raw, level);
    }

    @Override
    public byte[] decompress(byte[] compressed, int length) {
      return Zstd.decompress(compressed, length);
    }
  }

  /** LZMA2 at its usual level, 6. */
  record Xz() implements Peer {
    @Override
    public String name() {
      return "xz -6";
    }

    @Override
    public byte[] compress(byte[] raw) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (XZOutputStream out = new XZOutputStream(compressed, new LZMA2Options())) {
        out.write(raw);
      }
      return compressed.toByteArray();
    }

    @Override
    public byte[] decompress(byte[] compressed, int length) throws IOException {
      try (XZInputStream in = new XZInputStream(new ByteArrayInputStream(compressed))) {
        return in.readNBytes(length);
      }
    }
  }
}
