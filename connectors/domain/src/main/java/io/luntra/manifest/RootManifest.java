package io.luntra.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.BlobPacker;
import io.luntra.blob.BlobPacking;
import io.luntra.blob.BlobUnpacker;
import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.release.ReleaseName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The root of a release's manifest: what it is, and the parts that say how it is laid out.
 *
 * @param manifestBlobs blobs that the parts, one after the other, are packed into
 * @param parts in stream order, without gap: at least one of artifacts, then at least one of shards
 */
public record RootManifest(
    ReleaseDescription description,
    ReleaseTotals totals,
    int manifestBlobs,
    List<PartReference> parts) {
  private static final String WHERE = "Root manifest";
  private static final int MAX_BYTES = ManifestLimits.MAX_ROOT_BLOBS * BlobPacking.PAYLOAD_BYTES;

  public RootManifest {
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(totals, "totals");
    parts = List.copyOf(parts);
    long end = 0;
    PartKind last = PartKind.ARTIFACTS;
    for (PartReference part : parts) {
      Checks.equal("Offset of a part", part.offset(), end);
      if (part.kind().compareTo(last) < 0) {
        throw new InvalidInputException("A part of artifacts stands after one of shards");
      }
      last = part.kind();
      end += part.length();
    }
    if (last != PartKind.SHARDS || parts.get(0).kind() != PartKind.ARTIFACTS) {
      throw new InvalidInputException("A manifest needs a part of artifacts and one of shards");
    }
    Checks.equal("manifestBlobs", manifestBlobs, BlobPacking.blobsFor(end));
  }

  public ReleaseName name() {
    return description.name();
  }

  /** Word for how the model was compressed. */
  public String profile() {
    return description.profile();
  }

  /** The release that this one is a delta against. */
  public Optional<ParentReference> parent() {
    return description.parent();
  }

  /** What its publisher says of the model. */
  public Optional<ModelRecord> record() {
    return description.record();
  }

  /** How many releases it is rebuilt from, one after the other, before itself. */
  public int depth() {
    return parent().map(ParentReference::depth).orElse(0);
  }

  /** Bytes of all parts. */
  public long manifestBytes() {
    PartReference last = parts.get(parts.size() - 1);
    return last.offset() + last.length();
  }

  /** Canonical JSON in UTF-8 (FORMAT.md, root manifest). */
  public byte[] toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("formatVersion", ManifestLimits.FORMAT_VERSION);
    description.write(json);
    json.put("inputBytes", totals.inputBytes());
    json.put("encodedBytes", totals.encodedBytes());
    json.put("floatMatrixElements", totals.floatMatrixElements());
    json.put("floatMatrixEncodedBytes", totals.floatMatrixEncodedBytes());
    json.put("dataBlobs", totals.dataBlobs());
    json.put("manifestBlobs", manifestBlobs);
    ArrayNode array = json.putArray("parts");
    for (PartReference part : parts) {
      array
          .addObject()
          .put("kind", part.kind().word())
          .put("sha256", EntryJson.hash(part.sha256()))
          .put("offset", part.offset())
          .put("length", part.length());
    }
    return CanonicalJson.write(json);
  }

  /**
   * Parses what {@link #toJson} writes.
   *
   * @throws VerificationException when it is anything else, or of an unknown version
   */
  public static RootManifest fromJson(byte[] bytes) {
    try {
      JsonFields json = new JsonFields(CanonicalJson.parse(bytes));
      Checks.equal(
          "formatVersion", json.integer("formatVersion"), (long) ManifestLimits.FORMAT_VERSION);
      List<PartReference> parts = new ArrayList<>();
      for (JsonNode node : json.array("parts")) {
        JsonFields part = new JsonFields(node);
        parts.add(
            new PartReference(
                PartKind.fromWord(part.text("kind")),
                Bytes32.fromHex(part.text("sha256")),
                part.integer("offset"),
                part.int32("length")));
        part.requireNoOthers();
      }
      RootManifest root =
          new RootManifest(
              ReleaseDescription.read(json),
              new ReleaseTotals(
                  json.integer("inputBytes"),
                  json.integer("encodedBytes"),
                  json.integer("floatMatrixElements"),
                  json.integer("floatMatrixEncodedBytes"),
                  json.int32("dataBlobs")),
              json.int32("manifestBlobs"),
              parts);
      json.requireNoOthers();
      CanonicalJson.requireSame(bytes, root.toJson());
      return root;
    } catch (InvalidInputException | IllegalArgumentException e) {
      throw new VerificationException(WHERE + ": " + e.getMessage(), e);
    }
  }

  /**
   * The blobs of the root manifest itself, 1 to 6: the JSON's length in 4 bytes, big-endian, then
   * the JSON.
   *
   * @throws InvalidInputException when it needs more
   */
  public List<byte[]> toBlobs() {
    byte[] json = toJson();
    if (json.length > MAX_BYTES - Integer.BYTES) {
      throw new InvalidInputException(
          "%s of %d bytes, at most %d fit into %d blobs"
              .formatted(
                  WHERE, json.length, MAX_BYTES - Integer.BYTES, ManifestLimits.MAX_ROOT_BLOBS));
    }
    return BlobPacker.pack(
        ByteBuffer.allocate(Integer.BYTES + json.length).putInt(json.length).put(json).array());
  }

  /**
   * Reads what {@link #toBlobs} writes.
   *
   * @throws VerificationException when it is anything else, or of an unknown version
   */
  public static RootManifest fromBlobs(List<byte[]> blobs) {
    if (blobs.isEmpty() || blobs.size() > ManifestLimits.MAX_ROOT_BLOBS) {
      throw new VerificationException(
          "%s of %d blobs, expected 1 to %d"
              .formatted(WHERE, blobs.size(), ManifestLimits.MAX_ROOT_BLOBS));
    }
    long length = ByteBuffer.wrap(BlobUnpacker.unpack(blobs.get(0))).getInt();
    long payload = length + Integer.BYTES;
    if (length < 1 || BlobPacking.blobsFor(payload) != blobs.size()) {
      throw new VerificationException(
          "%s says it has %d bytes, but came in %d blobs".formatted(WHERE, length, blobs.size()));
    }
    byte[] bytes = BlobUnpacker.unpack(blobs, (int) payload);
    return fromJson(Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
  }
}
