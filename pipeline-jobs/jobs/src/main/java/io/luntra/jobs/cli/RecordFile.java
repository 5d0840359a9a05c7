package io.luntra.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.ModelRecord;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A record as its publisher writes it: the fields of {@link ModelRecord} in YAML or JSON, with
 * {@code release: NAME@VERSION} for the name, version and id of a dependency. Scalars are taken as
 * they are written, so a number keeps its zeros and an address its digits.
 */
final class RecordFile {
  private static final int MAX_BYTES = 1 << 18;
  private static final YAMLFactory YAML = new YAMLFactory();

  /** What an object may say, by the key that it stands under. */
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "",
          List.of(
              "family",
              "architecture",
              "quantization",
              "license",
              "task",
              "library",
              "inputTypes",
              "outputTypes",
              "languages",
              "tags",
              "training",
              "datasets",
              "dependencies",
              "benchmarks",
              "description",
              "intendedUse",
              "limitations"),
          "training",
          List.of("method", "description"),
          "datasets",
          List.of("name", "uri", "sha256"),
          "dependencies",
          List.of("relation", "release", "creator", "name", "uri", "sha256"),
          "benchmarks",
          List.of("benchmark", "metric", "value", "evidence"));

  private static final Set<String> COMPUTED =
      Set.of("parameters", "parameterCount", "paramSize", "precision");

  private final YAMLParser parser;

  private RecordFile(YAMLParser parser) {
    this.parser = parser;
  }

  /**
   * Reads a file of at most 256 KiB.
   *
   * @throws InvalidInputException when it can't be read, or is no record
   */
  static ModelRecord read(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new InvalidInputException("Record %s can't be read: %s".formatted(file, e), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInputException(
          "Record %s: expected at most %d bytes, found more".formatted(file, MAX_BYTES));
    }
    try (YAMLParser parser = YAML.createParser(bytes)) {
      return record(file, new RecordFile(parser).document());
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "Record %s, line %d: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new InvalidInputException("Record %s can't be read: %s".formatted(file, e), e);
    } catch (PlaceException e) {
      throw new InvalidInputException("Record %s, %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Says where in the file something is wrong. */
  private static final class PlaceException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    PlaceException(String message) {
      super(message);
    }
  }

  private static ModelRecord record(Path file, JsonNode document) throws IOException {
    try {
      for (JsonNode dependency : document.path("dependencies")) {
        resolve(dependency);
      }
      return ModelRecord.ofJson(new ObjectMapper().writeValueAsBytes(document));
    } catch (InvalidInputException e) {
      throw new InvalidInputException("Record %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private JsonNode document() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new PlaceException("line 1: expected a mapping of keys");
    }
    JsonNode document = value("");
    if (parser.nextToken() != null) {
      throw wrong("a second document");
    }
    return document;
  }

  private JsonNode value(String under) throws IOException {
    if (parser.isCurrentAlias()) {
      throw wrong("an alias; write the value out");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(under);
      case START_ARRAY -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(under));
        }
        yield array;
      }
      case VALUE_NULL -> throw wrong("no value for \"%s\"; leave the key out".formatted(under));
      default -> JsonNodeFactory.instance.textNode(parser.getText().strip());
    };
  }

  private ObjectNode object(String under) throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      List<String> known = KEYS.getOrDefault(under, List.of());
      if (under.isEmpty() && COMPUTED.contains(key)) {
        throw wrong("\"%s\", which is counted in the tensors; leave it out".formatted(key));
      }
      if (!known.contains(key)) {
        throw wrong(
            "unknown key \"%s\"%s, expected one of %s"
                .formatted(key, under.isEmpty() ? "" : " in " + under, String.join(", ", known)));
      }
      if (object.has(key)) {
        throw wrong("key \"%s\" again".formatted(key));
      }
      parser.nextToken();
      object.set(key, value(key));
    }
    return object;
  }

  /** A release's id follows from its creator and name. */
  private static void resolve(JsonNode node) {
    if (!(node instanceof ObjectNode dependency) || !dependency.has("release")) {
      if (node.has("creator")) {
        throw new InvalidInputException("a dependency with creator needs release: NAME@VERSION");
      }
      return;
    }
    if (dependency.has("name") || dependency.has("uri") || dependency.has("sha256")) {
      throw new InvalidInputException(
          "a dependency is a release with its creator, or a name with its sha256, not both");
    }
    ReleaseName release = ReleaseName.parse(dependency.remove("release").asText());
    String creator =
        CreatorOption.address("creator of " + release, dependency.path("creator").asText())
            .orElseThrow()
            .toLowerCase(Locale.ROOT);
    dependency.put("creator", creator);
    dependency.put("name", release.name());
    dependency.put("version", release.version());
    dependency.put("releaseId", ReleaseIds.of(creator, release).toHex().substring(2));
  }

  private PlaceException wrong(String found) {
    return new PlaceException(
        "line %d: found %s".formatted(parser.currentTokenLocation().getLineNr(), found));
  }
}
