package io.luntra.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Entries as JSON (FORMAT.md, parts). */
final class EntryJson {
  private static final String TYPE = "type";
  private static final String ARTIFACT = "artifact";
  private static final String TENSOR = "tensor";
  private static final int RANGE_NUMBERS = 4;
  private static final int CHUNK_NUMBERS = 4;

  private EntryJson() {}

  static ObjectNode write(ManifestEntry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (entry instanceof ArtifactEntry artifact) {
      write(json, artifact);
    } else if (entry instanceof TensorEntry tensor) {
      write(json, tensor);
    } else if (entry instanceof ShardEntry shard) {
      write(json, shard);
    }
    return json;
  }

  private static void write(ObjectNode json, ArtifactEntry artifact) {
    json.put(TYPE, ARTIFACT);
    json.put("path", artifact.path());
    json.put("bytes", artifact.bytes());
    json.put("sha256", hash(artifact.sha256()));
    json.put("inputSha256", hash(artifact.inputSha256()));
  }

  private static void write(ObjectNode json, TensorEntry tensor) {
    json.put(TYPE, TENSOR);
    json.put("name", tensor.info().name());
    json.put("dtype", tensor.info().dtype().name());
    ArrayNode shape = json.putArray("shape");
    tensor.info().shape().forEach(shape::add);
    json.put("offset", tensor.offset());
    json.put("bytes", tensor.info().bytes());
    json.putArray("range")
        .add(tensor.range().firstShard())
        .add(tensor.range().firstByte())
        .add(tensor.range().lastShard())
        .add(tensor.range().endByte());
    json.put("codec", tensor.codec());
    json.put("sha256", hash(tensor.sha256()));
    json.put("inputSha256", hash(tensor.inputSha256()));
  }

  private static void write(ObjectNode json, ShardEntry shard) {
    json.put("index", shard.index());
    json.put("firstBlob", shard.firstBlob());
    json.put("payloadBytes", shard.payloadBytes());
    byte[] commitments = new byte[shard.commitments().size() * KzgCommitment.BYTES];
    int position = 0;
    for (KzgCommitment commitment : shard.commitments()) {
      System.arraycopy(commitment.bytes(), 0, commitments, position, KzgCommitment.BYTES);
      position += KzgCommitment.BYTES;
    }
    json.put("commitments", Base64.getEncoder().encodeToString(commitments));
    ArrayNode chunks = json.putArray("chunks");
    for (ChunkReference chunk : shard.chunks()) {
      chunks
          .addArray()
          .add(chunk.artifact())
          .add(chunk.offset())
          .add(chunk.length())
          .add(chunk.encodedLength());
    }
  }

  static ManifestEntry read(PartKind kind, JsonNode node) {
    JsonFields json = new JsonFields(node);
    ManifestEntry entry =
        switch (kind) {
          case ARTIFACTS -> {
            String type = json.text(TYPE);
            yield switch (type) {
              case ARTIFACT -> artifact(json);
              case TENSOR -> tensor(json);
              default ->
                  throw new InvalidInputException(
                      "Unknown type \"%s\"".formatted(ForeignText.printable(type)));
            };
          }
          case SHARDS -> shard(json);
        };
    json.requireNoOthers();
    return entry;
  }

  private static ArtifactEntry artifact(JsonFields json) {
    return new ArtifactEntry(
        json.text("path"),
        json.integer("bytes"),
        Bytes32.fromHex(json.text("sha256")),
        Bytes32.fromHex(json.text("inputSha256")));
  }

  private static TensorEntry tensor(JsonFields json) {
    JsonNode dimensions = json.array("shape");
    Checks.range("Rank of a tensor", dimensions.size(), 0, ManifestLimits.MAX_RANK);
    List<Long> shape = new ArrayList<>();
    for (JsonNode dimension : dimensions) {
      shape.add(JsonFields.integer("shape", dimension));
    }
    TensorInfo info = new TensorInfo(json.text("name"), dtype(json.text("dtype")), shape);
    Checks.equal("bytes", json.integer("bytes"), info.bytes());
    long[] range = numbers("range", json.array("range"), RANGE_NUMBERS);
    return new TensorEntry(
        info,
        json.integer("offset"),
        new ShardRange(
            JsonFields.toInt32("range", range[0]),
            JsonFields.toInt32("range", range[1]),
            JsonFields.toInt32("range", range[2]),
            JsonFields.toInt32("range", range[3])),
        json.text("codec"),
        Bytes32.fromHex(json.text("sha256")),
        Bytes32.fromHex(json.text("inputSha256")));
  }

  private static ShardEntry shard(JsonFields json) {
    byte[] bytes = Base64.getDecoder().decode(json.text("commitments"));
    Checks.equal("Remainder of commitments", bytes.length % KzgCommitment.BYTES, 0);
    List<KzgCommitment> commitments = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += KzgCommitment.BYTES) {
      commitments.add(new KzgCommitment(Arrays.copyOfRange(bytes, at, at + KzgCommitment.BYTES)));
    }
    List<ChunkReference> chunks = new ArrayList<>();
    for (JsonNode node : json.array("chunks")) {
      if (!node.isArray()) {
        throw new InvalidInputException("chunks: expected arrays, found " + node.getNodeType());
      }
      long[] chunk = numbers("chunks", node, CHUNK_NUMBERS);
      chunks.add(
          new ChunkReference(
              JsonFields.toInt32("Artifact of a chunk", chunk[0]),
              chunk[1],
              JsonFields.toInt32("Length of a chunk", chunk[2]),
              JsonFields.toInt32("Encoded length of a chunk", chunk[3])));
    }
    return new ShardEntry(
        json.int32("index"),
        json.int32("firstBlob"),
        json.int32("payloadBytes"),
        commitments,
        chunks);
  }

  private static long[] numbers(String name, JsonNode array, int count) {
    Checks.equal("Numbers in " + name, array.size(), count);
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = JsonFields.integer(name, array.get(i));
    }
    return numbers;
  }

  private static DataType dtype(String word) {
    for (DataType dtype : DataType.values()) {
      if (dtype.name().equals(word)) {
        return dtype;
      }
    }
    throw new InvalidInputException("Unknown dtype \"%s\"".formatted(ForeignText.printable(word)));
  }

  /** 64 lower-case digits. */
  static String hash(Bytes32 hash) {
    return hash.toHex().substring(2);
  }
}
