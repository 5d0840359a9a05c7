package io.luntra.jobs.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ArtifactManifest;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * A release signed as OpenSSF model signing does, so that its stock tool verifies the fetched
 * folder: an in-toto Statement v1 of the rebuilt files' hashes, in a DSSE envelope, in a Sigstore
 * bundle v0.3. What is signed is what the manifest says; no file is needed.
 */
public final class ModelSignature {
  static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE = "https://model_signing/signature/v1.0";
  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Folder by folder, names as UTF-8: the order that the stock tool signs in. */
  private static final Comparator<String> BY_PATH =
      (left, right) -> {
        String[] a = left.split("/", -1);
        String[] b = right.split("/", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
          int order = Arrays.compareUnsigned(a[i].getBytes(UTF_8), b[i].getBytes(UTF_8));
          if (order != 0) {
            return order;
          }
        }
        return Integer.compare(a.length, b.length);
      };

  private ModelSignature() {}

  /** The bundle in JSON; the same release and key give the same bytes. */
  public static String write(ExportedRelease release, SigningKey key) {
    byte[] payload = json(statement(release)).getBytes(UTF_8);
    ObjectNode bundle = JsonNodeFactory.instance.objectNode();
    bundle.put("mediaType", BUNDLE);
    ObjectNode material = bundle.putObject("verificationMaterial");
    material.putObject("publicKey").put("hint", key.hint());
    material.putArray("tlogEntries");
    ObjectNode envelope = bundle.putObject("dsseEnvelope");
    envelope.put("payload", base64(payload));
    envelope.put("payloadType", PAYLOAD_TYPE);
    envelope
        .putArray("signatures")
        .addObject()
        .put("sig", base64(key.sign(encoding(payload))))
        .put("keyid", "");
    return json(bundle);
  }

  private static ObjectNode statement(ExportedRelease release) {
    List<ArtifactEntry> files =
        release.release().artifacts().stream()
            .map(ArtifactManifest::file)
            .sorted(Comparator.comparing(ArtifactEntry::path, BY_PATH))
            .toList();
    ObjectNode statement = JsonNodeFactory.instance.objectNode();
    statement.put("_type", STATEMENT);
    statement
        .putArray("subject")
        .addObject()
        .put("name", release.release().root().name().toString())
        .putObject("digest")
        .put("sha256", root(files));
    statement.put("predicateType", PREDICATE);
    ObjectNode predicate = statement.putObject("predicate");
    predicate
        .putObject("serialization")
        .put("method", "files")
        .put("hash_type", "sha256")
        .put("allow_symlinks", false);
    ArrayNode resources = predicate.putArray("resources");
    for (ArtifactEntry file : files) {
      resources
          .addObject()
          .put("name", file.path())
          .put("algorithm", "sha256")
          .put("digest", file.sha256().toHex().substring(2));
    }
    return statement;
  }

  /** SHA-256 over the files' hashes, one after the other. */
  private static String root(List<ArtifactEntry> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach(file -> digest.update(file.sha256().bytes()));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  /** DSSE's pre-authentication encoding: what the signature is over. */
  static byte[] encoding(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        "DSSEv1 %d %s %d "
            .formatted(PAYLOAD_TYPE.length(), PAYLOAD_TYPE, payload.length)
            .getBytes(UTF_8));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String json(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Writing a signature", e);
    }
  }
}
