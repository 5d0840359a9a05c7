package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.release.ReleaseName;
import java.util.Objects;

/**
 * The release that a delta is against: the one with this id, sealed with this Merkle root.
 *
 * @param depth of the delta: 1 where the parent has no parent itself, otherwise one more than the
 *     parent's, at most 8
 */
public record ParentReference(ReleaseName name, Bytes32 releaseId, Bytes32 merkleRoot, int depth) {
  public ParentReference {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(releaseId, "releaseId");
    Objects.requireNonNull(merkleRoot, "merkleRoot");
    Checks.range("Depth of a delta", depth, 1, ManifestLimits.MAX_PARENTS);
  }

  void write(ObjectNode json) {
    json.put("name", name.name());
    json.put("version", name.version());
    json.put("releaseId", EntryJson.hash(releaseId));
    json.put("merkleRoot", EntryJson.hash(merkleRoot));
    json.put("depth", depth);
  }

  static ParentReference read(JsonFields json) {
    ParentReference parent =
        new ParentReference(
            new ReleaseName(json.text("name"), json.text("version")),
            Bytes32.fromHex(json.text("releaseId")),
            Bytes32.fromHex(json.text("merkleRoot")),
            json.int32("depth"));
    json.requireNoOthers();
    return parent;
  }
}
