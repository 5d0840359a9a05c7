package io.luntra.modelfiles;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.pytorch.PytorchReader;
import io.luntra.modelfiles.safetensors.SafetensorsReader;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.core.fs.Path;

/**
 * Reads a model in several files: {@code NAME.safetensors.index.json}, or {@code
 * NAME.bin.index.json} of PyTorch, says by its {@code weight_map} which tensor is in which file of
 * the same folder.
 */
final class ShardIndexReader {
  /** How the names of index files end, after how those of the files that they name do. */
  static final String SUFFIX = ".index.json";

  private static final int NESTING = 8;
  private static final String WEIGHT_MAP = "weight_map";

  private ShardIndexReader() {}

  /**
   * Lays out the index and, by their names, the files that it names.
   *
   * @throws InvalidInputException when the index is malformed, names a file that is missing or in
   *     another folder, or a tensor that is not where it says
   */
  static ModelInput read(Path file, ReaderOptions options) throws IOException {
    Path index = file.makeQualified(file.getFileSystem());
    long length = ModelFiles.length(index);
    try {
      if (length > options.limits().headerBytes()) {
        throw new InvalidInputException(
            "%d bytes, expected at most %d".formatted(length, options.limits().headerBytes()));
      }
      Map<String, Set<String>> tensors;
      try (InputStream in = new BufferedInputStream(index.getFileSystem().open(index))) {
        tensors = tensorsByFile(in, suffix(index.getName()), options.limits());
      }
      List<Artifact> artifacts = new ArrayList<>();
      artifacts.add(new Artifact(index, ArtifactLayout.of(index.getName(), length, List.of())));
      ReferredFiles folder = new ReferredFiles(index.getParent(), options);
      for (Map.Entry<String, Set<String>> shard : tensors.entrySet()) {
        Path found = folder.find(shard.getKey());
        ArtifactLayout layout = layout(found, shard.getKey(), options);
        requireTensors(shard.getKey(), shard.getValue(), layout);
        artifacts.add(new Artifact(found, layout));
      }
      return new ModelInput(artifacts);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(index, e.getMessage()), e);
    }
  }

  private static Map<String, Set<String>> tensorsByFile(
      InputStream in, String suffix, ReaderLimits limits) throws IOException {
    Map<String, Set<String>> tensors = new TreeMap<>();
    int count = 0;
    try (JsonParser json = StrictJson.parser(in, NESTING, limits)) {
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
          String name = shard(json.getText(), suffix);
          if (++count > limits.tensors()) {
            throw new InvalidInputException("more than %d tensors".formatted(limits.tensors()));
          }
          if (!tensors.containsKey(name) && tensors.size() == limits.files()) {
            throw new InvalidInputException("more than %d files".formatted(limits.files()));
          }
          tensors.computeIfAbsent(name, first -> new HashSet<>()).add(tensor);
        }
      }
      if (json.nextToken() != null) {
        throw new InvalidInputException("it goes on after its JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("not JSON: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("not UTF-8", e);
    }
    if (tensors.isEmpty()) {
      throw new InvalidInputException("no %s with tensors".formatted(WEIGHT_MAP));
    }
    return tensors;
  }

  private static String suffix(String index) {
    return index.endsWith(".safetensors" + SUFFIX) ? ".safetensors" : ".bin";
  }

  private static ArtifactLayout layout(Path file, String path, ReaderOptions options)
      throws IOException {
    return path.endsWith(".bin")
        ? PytorchReader.layout(file, path, options)
        : SafetensorsReader.layout(file, path, options);
  }

  private static String shard(String name, String suffix) {
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || !name.endsWith(suffix)) {
      throw new InvalidInputException(
          "%s names \"%s\", expected a %s file of the same folder"
              .formatted(WEIGHT_MAP, ForeignText.printable(name), suffix));
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
            "tensor '%s' is not in %s".formatted(ForeignText.printable(tensor), shard));
      }
    }
  }

  private static void expect(JsonToken found, JsonToken expected) {
    if (found != expected) {
      throw new InvalidInputException("expected %s, found %s".formatted(expected, found));
    }
  }
}
