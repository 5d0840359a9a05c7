package io.luntra.jobs.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.failure.ForeignText;
import io.luntra.jobs.inspect.Inspection.Architecture;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.gguf.GgufReader;
import io.luntra.release.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * Tells of what family a model is: by what says so beside it or in it, or by its tensors' names.
 */
final class ArchitectureFinder {
  private static final String CONFIG = "config.json";
  private static final int MAX_CONFIG_BYTES = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Parts of tensors' names, and what has such; the first that matches. */
  private static final List<Map.Entry<String, List<String>>> WORDS =
      List.of(
          Map.entry("mixture-of-experts transformer", List.of(".experts.")),
          Map.entry("transformer", List.of("attention", "attn", "self_attn", "q_proj", "query")),
          Map.entry("state-space model", List.of("mixer.a_log", "ssm_")),
          Map.entry("recurrent network", List.of("lstm", "gru", "weight_ih", "rnn")),
          Map.entry("convolutional network", List.of("conv")));

  private ArchitectureFinder() {}

  static Optional<Architecture> find(ModelInput model, ReaderOptions options) throws IOException {
    for (ModelInput.Artifact artifact : model.artifacts()) {
      String path = artifact.layout().path();
      Optional<Architecture> found = Optional.empty();
      if (path.equals(CONFIG) || path.endsWith("/" + CONFIG)) {
        found = config(path, artifact.file());
      } else if (path.toLowerCase(Locale.ROOT).endsWith(".gguf")) {
        found =
            GgufReader.architecture(artifact.file(), options)
                .map(family -> new Architecture(family, "general.architecture of " + path));
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return beside(model.artifacts().get(0).file()).or(() -> names(model));
  }

  private static Optional<Architecture> beside(Path file) throws IOException {
    Path config = new Path(file.getParent(), CONFIG);
    return config.getFileSystem().exists(config)
        ? config(CONFIG + " beside it", config)
        : Optional.empty();
  }

  private static Optional<Architecture> config(String where, Path file) throws IOException {
    JsonNode config;
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      config = JSON.readTree(in.readNBytes(MAX_CONFIG_BYTES));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return Optional.empty();
    }
    for (JsonNode word : List.of(config.path("model_type"), config.at("/architectures/0"))) {
      if (word.isTextual() && !word.textValue().isBlank()) {
        return Optional.of(new Architecture(ForeignText.printable(word.textValue()), where));
      }
    }
    return Optional.empty();
  }

  private static Optional<Architecture> names(ModelInput model) {
    List<String> names = new ArrayList<>();
    for (ModelInput.Artifact artifact : model.artifacts()) {
      for (Section section : artifact.layout().sections()) {
        if (section.tensor() != null) {
          names.add(section.tensor().name().toLowerCase(Locale.ROOT));
        }
      }
    }
    return WORDS.stream()
        .filter(
            family ->
                family.getValue().stream()
                    .anyMatch(word -> names.stream().anyMatch(name -> name.contains(word))))
        .findFirst()
        .map(family -> new Architecture(family.getKey(), "names of tensors"));
  }
}
