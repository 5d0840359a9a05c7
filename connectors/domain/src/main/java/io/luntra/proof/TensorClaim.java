package io.luntra.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * That the manifest has this entry of a tensor, and which data blobs carry its encoded bytes.
 *
 * @param entry the tensor's entry, as bytes of manifest blobs
 * @param shards the ends of the entries of the first and the last shard that it lies in, one if
 *     these are the same, none if it has no encoded bytes
 * @param blobs the data blobs, in order
 */
public record TensorClaim(BytesClaim entry, List<BytesClaim> shards, List<BlobInclusion> blobs)
    implements Claim {
  private static final int MAX_SHARDS = 2;

  public TensorClaim {
    Objects.requireNonNull(entry, "entry");
    shards = List.copyOf(shards);
    blobs = List.copyOf(blobs);
    if (shards.size() > MAX_SHARDS) {
      throw new InvalidInputException(
          "Expected at most %d shards, found %d".formatted(MAX_SHARDS, shards.size()));
    }
  }

  @Override
  public String word() {
    return TENSOR;
  }

  @Override
  public void write(ObjectNode json) {
    entry.write(json.putObject("entry"));
    ArrayNode shardArray = json.putArray("shards");
    shards.forEach(shard -> shard.write(shardArray.addObject()));
    ArrayNode blobArray = json.putArray("blobs");
    blobs.forEach(blob -> blob.write(blobArray.addObject()));
  }

  static TensorClaim read(JsonFields json) {
    BytesClaim entry = BytesClaim.read(json.object("entry"));
    List<BytesClaim> shards = new ArrayList<>();
    for (JsonNode shard : json.array("shards")) {
      shards.add(BytesClaim.read(new JsonFields(shard)));
    }
    List<BlobInclusion> blobs = new ArrayList<>();
    for (JsonNode blob : json.array("blobs")) {
      blobs.add(BlobInclusion.read(new JsonFields(blob)));
    }
    json.requireNoOthers();
    return new TensorClaim(entry, shards, blobs);
  }
}
