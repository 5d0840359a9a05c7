package io.luntra.modelfiles.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelFolder;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.core.fs.Path;

/**
 * Reads a model in several safetensors files: {@code NAME.safetensors.index.json} says by its
 * {@code weight_map} which tensor is in which file of the same folder.
 */
public final class SafetensorsIndexReader {
  /** How the names of index files end. */
  public static final String SUFFIX = ".safetensors.index.json";

  private static final int NESTING = 8;
  private static final String WEIGHT_MAP = "weight_map";

  private SafetensorsIndexReader() {}

  /**
   * Lays out the index and, by their names, the files that it names.
   *
   * @throws InvalidInputException when the index is malformed, names a file that is missing or in
   *     another folder, or a tensor that is not where it says
   */
  public static ModelInput read(Path file, ReaderOptions options) throws IOException {
    Path index = file.makeQualified(file.getFileSystem());
    long length = ModelFiles.length(index);
    try {
      if (length > options.limits().headerBytes()) {
        throw new InvalidInputException(
            "%d bytes, expected at most %d".formatted(length, options.limits().headerBytes()));
      }
      Map<String, Set<String>> tensors;
      try (InputStream in = new BufferedInputStream(index.getFileSystem().open(index))) {
        tensors = tensorsByFile(in, options.limits());
      }
      List<Artifact> artifacts = new ArrayList<>();
      artifacts.add(new Artifact(index, ArtifactLayout.of(index.getName(), length, List.of())));
      ModelFolder folder = new ModelFolder(index, options);
      for (Map.Entry<String, Set<String>> shard : tensors.entrySet()) {
        Path found = folder.find(shard.getKey());
        ArtifactLayout layout = SafetensorsReader.layout(found, shard.getKey(), options);
        requireTensors(shard.getKey(), shard.getValue(), layout);
        artifacts.add(new Artifact(found, layout));
      }
      return new ModelInput(artifacts);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(index, e.getMessage()), e);
    }
  }

  private static Map<String, Set<String>> tensorsByFile(InputStream in, ReaderLimits limits)
      throws IOException {
    Map<String, Set<String>> tensors = new TreeMap<>();
    int count = 0;
    try (JsonParser json = SafetensorsHeader.parser(in, NESTING, limits)) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        expect(json.currentToken(), JsonToken.FIELD_NAME);
        boolean map = json.currentName().equals(WEIGHT_MAP);
        JsonToken value = json.nextToken();
        if (!map) {
          json.skipChildren();
          continue;
        }
        expect(value, JsonToken.START_OBJECT);
        while (json.nextToken() != JsonToken.END_OBJECT) {
          expect(json.currentToken(), JsonToken.FIELD_NAME);
          String tensor = json.currentName();
          expect(json.nextToken(), JsonToken.VALUE_STRING);
          String name = shard(json.getText());
          if (++count > limits.tensors()) {
            throw new InvalidInputException("more than %d tensors".formatted(limits.tensors()));
          }
          if (!tensors.containsKey(name) && tensors.size() == limits.externalFiles()) {
            throw new InvalidInputException("more than %d files".formatted(limits.externalFiles()));
          }
          tensors.computeIfAbsent(name, first -> new HashSet<>()).add(tensor);
        }
      }
      if (json.nextToken() != null) {
        throw new InvalidInputException("it goes on after its JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("not JSON: " + e.getOriginalMessage(), e);
    }
    if (tensors.isEmpty()) {
      throw new InvalidInputException("no %s with tensors".formatted(WEIGHT_MAP));
    }
    return tensors;
  }

  private static String shard(String name) {
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || !name.endsWith(".safetensors")) {
      throw new InvalidInputException(
          "%s names \"%s\", expected a .safetensors file of the same folder"
              .formatted(WEIGHT_MAP, SafetensorsHeader.printable(name)));
    }
    return name;
  }

  private static void requireTensors(String shard, Set<String> expected, ArtifactLayout layout) {
    Set<String> found = new HashSet<>();
    for (Section section : layout.sections()) {
      if (section.tensor() != null) {
        found.add(section.tensor().name());
      }
    }
    for (String tensor : expected) {
      if (!found.contains(tensor)) {
        throw new InvalidInputException(
            "tensor '%s' is not in %s".formatted(SafetensorsHeader.printable(tensor), shard));
      }
    }
  }

  private static void expect(JsonToken found, JsonToken expected) {
    if (found != expected) {
      throw new InvalidInputException("expected %s, found %s".formatted(expected, found));
    }
  }
}
