package io.luntra.jobs.prepare;

import io.luntra.blob.Bytes32;
import io.luntra.jobs.plan.PlanInput;
import io.luntra.manifest.ManifestLimits;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What decides every byte of a release, as one hash: where nothing of it changed, nothing will. */
final class ReleaseKey {
  private ReleaseKey() {}

  /**
   * Hex SHA-256 of name, version, profile, format versions, all input files, parent, plan and,
   * where there is one, record.
   */
  static String of(PrepareRequest request, PlanInput input, Bytes32 plan) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(ManifestLimits.FORMAT_VERSION);
      out.writeUTF(request.name().name());
      out.writeUTF(request.name().version());
      input.writeTo(out);
      out.write(plan.bytes());
      if (request.record().isPresent()) {
        out.write(request.record().get().toJson());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
