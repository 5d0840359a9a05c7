package io.luntra.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a bulk run publishes, as a YAML file:
 *
 * <pre>
 * releases:
 *   - name: all-minilm-l6-v2
 *     version: "1.1"
 *     model: models/minilm.onnx   # relative to this file
 *     profile: entropy
 *     keepQuality: 0.99
 *     parent: all-minilm-l6-v2@1.0   # makes it a delta
 * </pre>
 */
record Catalog(List<ReleaseEntry> releases) {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Reads a catalog's releases; paths are resolved against its folder. */
  static List<ReleaseEntry.Item> read(Path file) {
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
    List<ReleaseEntry.Item> items = new ArrayList<>();
    for (int i = 0; i < catalog.releases().size(); i++) {
      ReleaseEntry.Item item = item(file, i, catalog.releases().get(i));
      if (!names.add(item.request().name())) {
        throw new InvalidInputException(
            "%s: release %d names %s again".formatted(file, i + 1, item.request().name()));
      }
      items.add(item);
    }
    return items;
  }

  private static ReleaseEntry.Item item(Path file, int index, ReleaseEntry entry) {
    String where = "%s, release %d: ".formatted(file, index + 1);
    if (entry == null) {
      throw new InvalidInputException(where + "expected name, version and model");
    }
    try {
      return entry.item(file.toAbsolutePath().getParent());
    } catch (InvalidInputException e) {
      throw new InvalidInputException(where + e.getMessage(), e);
    }
  }
}
