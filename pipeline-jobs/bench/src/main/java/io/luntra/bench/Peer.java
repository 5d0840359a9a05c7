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

  /**
   * Gives back what was compressed.
   *
   * @param raw of the length that it had
   */
  void decompress(byte[] compressed, byte[] raw) throws IOException;

  /** Whether it is timed more than once. */
  default boolean isFast() {
    return true;
  }

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
    public void decompress(byte[] compressed, byte[] raw) {
      Zstd.decompress(raw, compressed);
    }

    @Override
    public boolean isFast() {
      return level <= 3;
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
    public void decompress(byte[] compressed, byte[] raw) throws IOException {
      try (XZInputStream in = new XZInputStream(new ByteArrayInputStream(compressed))) {
        in.readNBytes(raw, 0, raw.length);
      }
    }

    @Override
    public boolean isFast() {
      return false;
    }
  }
}
