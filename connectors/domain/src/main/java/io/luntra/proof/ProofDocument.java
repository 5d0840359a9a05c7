package io.luntra.proof;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.CanonicalJson;
import io.luntra.manifest.JsonFields;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.util.Objects;

/**
 * A claim about a release, with its proof (FORMAT.md, proof document). That its parts are well
 * formed is checked when it is made; whether it proves anything says {@link ProofVerifier}.
 *
 * @param registry address of the registry contract, 0x and 40 lower-case digits
 * @param creator account that registered the model, written in the same way
 * @param merkleRoot under which all is proven
 */
public record ProofDocument(
    long chainId,
    String registry,
    String creator,
    ReleaseName name,
    Bytes32 merkleRoot,
    Claim claim) {
  /** Most bytes of a document. */
  public static final int MAX_BYTES = 1 << 24;

  private static final String FORMAT = "luntra-proof";
  private static final int VERSION = 1;
  private static final int ADDRESS_BYTES = 20;

  public ProofDocument {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(merkleRoot, "merkleRoot");
    Objects.requireNonNull(claim, "claim");
    requireAddress("registry", registry);
    requireAddress("creator", creator);
  }

  private static void requireAddress(String what, String address) {
    if (!address.equals(Hex.encode(Hex.decode(address, ADDRESS_BYTES)))) {
      throw new InvalidInputException(what + ": expected 0x and 40 lower-case digits");
    }
  }

  /** The id of the release, which follows from its creator and name. */
  public Bytes32 releaseId() {
    return ReleaseIds.of(creator, name);
  }

  /**
   * Canonical JSON in UTF-8.
   *
   * @throws InvalidInputException when it is more than 16 MiB
   */
  public byte[] toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT);
    json.put("version", VERSION);
    json.put("chainId", chainId);
    json.put("registry", registry);
    json.put("merkleRoot", merkleRoot.toHex());
    json.putObject("release")
        .put("creator", creator)
        .put("name", name.name())
        .put("version", name.version())
        .put("releaseId", releaseId().toHex());
    claim.write(json.putObject(claim.word()));
    byte[] bytes = CanonicalJson.write(json);
    requireSize(bytes);
    return bytes;
  }

  /**
   * Parses what {@link #toJson} writes.
   *
   * @throws InvalidInputException when it is anything else, or of an unknown version
   */
  public static ProofDocument fromJson(byte[] bytes) {
    requireSize(bytes);
    try {
      JsonFields json = new JsonFields(CanonicalJson.parse(bytes));
      String format = json.text("format");
      long version = json.integer("version");
      if (!format.equals(FORMAT) || version != VERSION) {
        throw new InvalidInputException(
            "expected format %s, version %d, found another".formatted(FORMAT, VERSION));
      }
      JsonFields release = json.object("release");
      ProofDocument document =
          new ProofDocument(
              json.integer("chainId"),
              json.text("registry"),
              release.text("creator"),
              new ReleaseName(release.text("name"), release.text("version")),
              Bytes32.fromHex(json.text("merkleRoot")),
              Claim.read(json));
      Bytes32 releaseId = Bytes32.fromHex(release.text("releaseId"));
      if (!releaseId.equals(document.releaseId())) {
        throw new InvalidInputException(
            "release id %s, but that of %s by %s is %s"
                .formatted(releaseId, document.name, document.creator, document.releaseId()));
      }
      release.requireNoOthers();
      json.requireNoOthers();
      CanonicalJson.requireSame(bytes, document.toJson());
      return document;
    } catch (InvalidInputException | IllegalArgumentException e) {
      throw new InvalidInputException("Proof document: " + e.getMessage(), e);
    }
  }

  private static void requireSize(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInputException(
          "Proof document of %d bytes, expected at most %d".formatted(bytes.length, MAX_BYTES));
    }
  }
}
