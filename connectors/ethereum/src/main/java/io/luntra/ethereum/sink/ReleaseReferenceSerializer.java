package io.luntra.ethereum.sink;

import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Version 1: the key's 32 bytes. */
final class ReleaseReferenceSerializer implements SimpleVersionedSerializer<ReleaseReference> {
  private static final int VERSION = 1;
  private static final int KEY_BYTES = 32;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ReleaseReference reference) {
    return Hex.decode(reference.releaseKey(), KEY_BYTES);
  }

  @Override
  public ReleaseReference deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "Release reference of version %d, this program knows %d".formatted(version, VERSION));
    }
    if (bytes.length != KEY_BYTES) {
      throw new IOException(
          "Release reference of %d bytes, expected %d".formatted(bytes.length, KEY_BYTES));
    }
    try {
      return new ReleaseReference(HexFormat.of().formatHex(bytes));
    } catch (InvalidInputException e) {
      throw new IOException(e);
    }
  }
}
