package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * How a model came to be.
 *
 * @param method a word: pretraining, fine-tuning, distillation, merge, quantization, adapter or
 *     another
 * @param description the same at length
 */
public record TrainingMethod(String method, Optional<String> description) {
  public TrainingMethod {
    Checks.word("training: method", method);
    description.ifPresent(text -> RecordChecks.prose("training: description", text));
  }

  void write(ObjectNode json) {
    json.put("method", method);
    description.ifPresent(text -> json.put("description", text));
  }

  static TrainingMethod read(JsonFields json) {
    TrainingMethod training =
        new TrainingMethod(
            json.text("method"), Optional.ofNullable(json.optionalText("description")));
    json.requireNoOthers();
    return training;
  }
}
