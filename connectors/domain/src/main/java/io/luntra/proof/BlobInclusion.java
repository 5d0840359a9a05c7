package io.luntra.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.manifest.JsonFields;
import io.luntra.merkle.BlobKind;
import io.luntra.merkle.MerkleLeaf;
import io.luntra.merkle.MerkleTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A blob at its place in a release.
 *
 * @param index in release order: data, manifest, root manifest, counted through from 0
 * @param siblings on the way from its leaf to the Merkle root, at most 32
 */
public record BlobInclusion(
    BlobKind kind, int index, KzgCommitment commitment, List<Bytes32> siblings) {
  private static final int MAX_SIBLINGS = 32;

  public BlobInclusion {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(commitment, "commitment");
    siblings = List.copyOf(siblings);
    if (index < 0 || siblings.size() > MAX_SIBLINGS) {
      throw new InvalidInputException(
          "Blob %d with %d siblings: expected at most %d"
              .formatted(index, siblings.size(), MAX_SIBLINGS));
    }
  }

  /** Whether the siblings lead from this blob's leaf to the root. */
  boolean isIn(Bytes32 releaseId, Bytes32 merkleRoot) {
    return MerkleTree.verify(
        merkleRoot, MerkleLeaf.hash(kind, releaseId, index, commitment.versionedHash()), siblings);
  }

  /** As people read it: which blob, of which kind. */
  @Override
  public String toString() {
    return "%s blob %d".formatted(word(kind).replace('-', ' '), index);
  }

  void write(ObjectNode json) {
    json.put("kind", word(kind));
    json.put("index", index);
    json.put("commitment", commitment.toHex());
    ArrayNode array = json.putArray("siblings");
    siblings.forEach(sibling -> array.add(sibling.toHex()));
  }

  static BlobInclusion read(JsonFields json) {
    JsonNode array = json.array("siblings");
    if (array.size() > MAX_SIBLINGS) {
      throw new InvalidInputException(
          "Expected at most %d siblings, found %d".formatted(MAX_SIBLINGS, array.size()));
    }
    List<Bytes32> siblings = new ArrayList<>();
    array.forEach(sibling -> siblings.add(Bytes32.fromHex(sibling.asText())));
    BlobInclusion blob =
        new BlobInclusion(
            kind(json.text("kind")),
            json.int32("index"),
            KzgCommitment.fromHex(json.text("commitment")),
            siblings);
    json.requireNoOthers();
    return blob;
  }

  private static String word(BlobKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static BlobKind kind(String word) {
    for (BlobKind kind : BlobKind.values()) {
      if (word(kind).equals(word)) {
        return kind;
      }
    }
    throw new InvalidInputException(
        "Kind of a blob: expected data, manifest or root-manifest, found another word");
  }
}
