package io.luntra.jobs.verify;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.TensorEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A tensor's values in a file: alone, or at their place in the model file. */
public final class TensorFile {
  private static final int BUFFER = 1 << 16;

  private TensorFile() {}

  /**
   * SHA-256 of the values.
   *
   * @param file as long as the values, or a model file that has them at the entry's offset
   * @throws InvalidInputException when it is too short for either
   */
  public static Bytes32 sha256(TensorEntry tensor, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(file + " is no file");
    }
    long size = Files.size(file);
    boolean alone = size == tensor.info().bytes();
    if (!alone && size < tensor.end()) {
      throw new InvalidInputException(
          "%s has %d bytes: expected the tensor's %d, or a model file with them at byte %d"
              .formatted(file, size, tensor.info().bytes(), tensor.offset()));
    }
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(alone ? 0 : tensor.offset());
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      long left = tensor.info().bytes();
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(left, BUFFER));
        if (read < 0) {
          throw new InvalidInputException(file + " became shorter while it was read");
        }
        digest.update(buffer, 0, read);
        left -= read;
      }
      return new Bytes32(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
