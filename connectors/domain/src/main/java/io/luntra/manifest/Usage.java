package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a model is for and how it is found.
 *
 * @param task such as sentence-similarity or text-generation: the hub's pipeline tags
 * @param library that loads it, such as onnx or transformers
 * @param inputTypes modalities that go in, such as text or image
 * @param outputTypes modalities that come out
 * @param languages BCP 47 tags
 * @param tags words to find it by
 */
public record Usage(
    Optional<String> task,
    Optional<String> library,
    List<String> inputTypes,
    List<String> outputTypes,
    List<String> languages,
    List<String> tags) {
  private static final int MAX_TYPES = 16;
  private static final int MAX_LANGUAGES = 256;
  private static final int MAX_TAGS = 64;
  private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}");

  public Usage {
    task.ifPresent(word -> Checks.word("task", word));
    library.ifPresent(word -> Checks.word("library", word));
    inputTypes = words("inputTypes", inputTypes, MAX_TYPES);
    outputTypes = words("outputTypes", outputTypes, MAX_TYPES);
    languages = RecordChecks.distinct("languages", languages, MAX_LANGUAGES);
    languages.forEach(tag -> RecordChecks.matches("languages", tag, LANGUAGE));
    tags = words("tags", tags, MAX_TAGS);
  }

  private static List<String> words(String what, List<String> words, int most) {
    List<String> distinct = RecordChecks.distinct(what, words, most);
    distinct.forEach(word -> Checks.word(what, word));
    return distinct;
  }

  void write(ObjectNode json) {
    task.ifPresent(word -> json.put("task", word));
    library.ifPresent(word -> json.put("library", word));
    RecordChecks.write(json, "inputTypes", inputTypes);
    RecordChecks.write(json, "outputTypes", outputTypes);
    RecordChecks.write(json, "languages", languages);
    RecordChecks.write(json, "tags", tags);
  }

  static Usage read(JsonFields json) {
    return new Usage(
        Optional.ofNullable(json.optionalText("task")),
        Optional.ofNullable(json.optionalText("library")),
        RecordChecks.texts(json, "inputTypes", MAX_TYPES),
        RecordChecks.texts(json, "outputTypes", MAX_TYPES),
        RecordChecks.texts(json, "languages", MAX_LANGUAGES),
        RecordChecks.texts(json, "tags", MAX_TAGS));
  }
}
