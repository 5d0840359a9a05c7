package io.luntra.jobs.prepare;

import io.luntra.codec.ChunkHeader;
import io.luntra.manifest.ManifestLimits;
import io.luntra.modelfiles.ModelInput;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** What decides every byte of a release, as one hash: where nothing of it changed, nothing will. */
final class ReleaseKey {
  private static final int READ_BYTES = 1 << 20;

  private ReleaseKey() {}

  /** Hex SHA-256 of a file, read as a stream. */
  static String hashFile(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[READ_BYTES];
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Hex SHA-256 of name, version, profile, format versions and all input files. */
  static String of(PrepareRequest request, ModelInput input, List<String> inputHashes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(ChunkHeader.VERSION);
      out.writeInt(ManifestLimits.FORMAT_VERSION);
      out.writeUTF(request.name().name());
      out.writeUTF(request.name().version());
      out.writeUTF(request.profile().id());
      for (int i = 0; i < inputHashes.size(); i++) {
        out.writeUTF(input.layouts().get(i).path());
        out.writeLong(input.layouts().get(i).length());
        out.writeUTF(inputHashes.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(sha256().digest(bytes.toByteArray()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
