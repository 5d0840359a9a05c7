package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import java.util.Objects;
import java.util.Optional;

/**
 * Data that a model was trained or measured on.
 *
 * @param uri where it was found
 * @param sha256 of its one file, or of what the publisher says at the URI
 */
public record DatasetReference(String name, Optional<String> uri, Bytes32 sha256) {
  public DatasetReference {
    RecordChecks.line("name", name);
    uri.ifPresent(text -> RecordChecks.uri("uri", text));
    Objects.requireNonNull(sha256, "sha256");
  }

  void write(ObjectNode json) {
    json.put("name", name);
    uri.ifPresent(text -> json.put("uri", text));
    json.put("sha256", EntryJson.hash(sha256));
  }

  static DatasetReference read(JsonFields json) {
    DatasetReference dataset =
        new DatasetReference(
            json.text("name"),
            Optional.ofNullable(json.optionalText("uri")),
            RecordChecks.hash(json, "sha256"));
    json.requireNoOthers();
    return dataset;
  }
}
