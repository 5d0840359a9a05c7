package io.luntra.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.luntra.codec.Profile;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a bulk run publishes, as a YAML file:
 *
 * <pre>
 * releases:
 *   - name: all-minilm-l6-v2
 *     version: "1.0"
 *     model: models/minilm.onnx   # relative to this file
 *     profile: int8
 *     parent: all-minilm-l6-v2@0.9   # makes it a delta
 * </pre>
 */
record Catalog(List<Entry> releases) {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  record Entry(String name, String version, String model, String profile, String parent) {}

  /** A release of a catalog, and the name of its parent, if it is a delta. */
  record Item(PrepareRequest request, Optional<ReleaseName> parent) {}

  /** Reads a catalog's releases; paths are resolved against its folder. */
  static List<Item> read(Path file) {
    Catalog catalog;
    try {
      catalog = YAML.readValue(file.toFile(), Catalog.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s is not a catalog: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read: %s".formatted(file, e.getMessage()), e);
    }
    if (catalog == null || catalog.releases() == null || catalog.releases().isEmpty()) {
      throw new InvalidInputException(file + ": expected a list \"releases\", found none");
    }
    Set<ReleaseName> names = new HashSet<>();
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < catalog.releases().size(); i++) {
      Item item = item(file, i, catalog.releases().get(i));
      if (!names.add(item.request().name())) {
        throw new InvalidInputException(
            "%s: release %d names %s again".formatted(file, i + 1, item.request().name()));
      }
      items.add(item);
    }
    return items;
  }

  private static Item item(Path file, int index, Entry entry) {
    String where = "%s, release %d: ".formatted(file, index + 1);
    if (entry == null || entry.name() == null || entry.version() == null || entry.model() == null) {
      throw new InvalidInputException(where + "expected name, version and model");
    }
    try {
      return new Item(
          new PrepareRequest(
              new ReleaseName(entry.name(), entry.version()),
              List.of(file.toAbsolutePath().resolveSibling(entry.model()).toString()),
              entry.profile() == null ? Profile.INT8 : Profile.fromId(entry.profile())),
          Optional.ofNullable(entry.parent()).map(ReleaseName::parse));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(where + e.getMessage(), e);
    }
  }
}
