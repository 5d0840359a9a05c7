package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.failure.InvalidInputException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a release's publisher says of the model: all that no contract decides on and no tensor
 * shows. Nothing in it is proven; that it is what the publisher said is. The number of parameters
 * and the precision are not in it, since they follow from the tensors: {@link ParameterCount}.
 *
 * <p>Everything is optional, but an empty record is none. Limits: FORMAT.md, record.
 *
 * @param license SPDX licence expression
 * @param datasets that it was trained or measured on
 * @param dependencies other releases and things that it is made from or needs
 * @param benchmarks results that the publisher reports
 */
public record ModelRecord(
    Architecture architecture,
    Usage usage,
    Optional<String> license,
    Optional<TrainingMethod> training,
    List<DatasetReference> datasets,
    List<ModelDependency> dependencies,
    List<BenchmarkResult> benchmarks,
    Texts texts) {
  /** Most bytes of its canonical JSON. */
  public static final int MAX_BYTES = 32 << 10;

  private static final int MAX_DATASETS = 64;
  private static final int MAX_DEPENDENCIES = 64;
  private static final int MAX_BENCHMARKS = 128;

  /**
   * What kind of network it is, in the words of CNCF ModelPack.
   *
   * @param family lineage, such as llama3 or bert
   * @param architecture such as transformer, cnn or rnn
   * @param quantization technique applied before it was published here, such as awq or gptq
   */
  public record Architecture(
      Optional<String> family, Optional<String> architecture, Optional<String> quantization) {
    public Architecture {
      family.ifPresent(word -> Checks.word("family", word));
      architecture.ifPresent(word -> Checks.word("architecture", word));
      quantization.ifPresent(word -> Checks.word("quantization", word));
    }

    void write(ObjectNode json) {
      family.ifPresent(word -> json.put("family", word));
      architecture.ifPresent(word -> json.put("architecture", word));
      quantization.ifPresent(word -> json.put("quantization", word));
    }

    static Architecture read(JsonFields json) {
      return new Architecture(
          Optional.ofNullable(json.optionalText("family")),
          Optional.ofNullable(json.optionalText("architecture")),
          Optional.ofNullable(json.optionalText("quantization")));
    }
  }

  /**
   * What people are told of it.
   *
   * @param limitations what it can't do and should not be used for
   */
  public record Texts(
      Optional<String> description, Optional<String> intendedUse, Optional<String> limitations) {
    public Texts {
      description.ifPresent(text -> RecordChecks.prose("description", text));
      intendedUse.ifPresent(text -> RecordChecks.prose("intendedUse", text));
      limitations.ifPresent(text -> RecordChecks.prose("limitations", text));
    }

    void write(ObjectNode json) {
      description.ifPresent(text -> json.put("description", text));
      intendedUse.ifPresent(text -> json.put("intendedUse", text));
      limitations.ifPresent(text -> json.put("limitations", text));
    }

    static Texts read(JsonFields json) {
      return new Texts(
          Optional.ofNullable(json.optionalText("description")),
          Optional.ofNullable(json.optionalText("intendedUse")),
          Optional.ofNullable(json.optionalText("limitations")));
    }
  }

  public ModelRecord {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(usage, "usage");
    license.ifPresent(LicenseExpression::check);
    Objects.requireNonNull(training, "training");
    datasets = RecordChecks.list("datasets", datasets, MAX_DATASETS);
    dependencies = RecordChecks.list("dependencies", dependencies, MAX_DEPENDENCIES);
    benchmarks = RecordChecks.list("benchmarks", benchmarks, MAX_BENCHMARKS);
    Objects.requireNonNull(texts, "texts");
  }

  /** Canonical JSON in UTF-8. */
  public byte[] toJson() {
    return CanonicalJson.write(write(JsonNodeFactory.instance.objectNode()));
  }

  /**
   * Parses JSON of these fields, canonical or not.
   *
   * @throws InvalidInputException when it has others, or one that is out of its limits
   */
  public static ModelRecord ofJson(byte[] json) {
    ModelRecord record = read(new JsonFields(CanonicalJson.parse(json)));
    record.requireFits();
    return record;
  }

  /** Its JSON has no more bytes than it may, and says something. */
  void requireFits() {
    int bytes = toJson().length;
    if (bytes <= "{}".length()) {
      throw new InvalidInputException("The record says nothing");
    }
    Checks.range("Bytes of the record", bytes, 1, MAX_BYTES);
  }

  ObjectNode write(ObjectNode json) {
    architecture.write(json);
    usage.write(json);
    license.ifPresent(expression -> json.put("license", expression));
    training.ifPresent(method -> method.write(json.putObject("training")));
    RecordChecks.write(json, "datasets", datasets, DatasetReference::write);
    RecordChecks.write(json, "dependencies", dependencies, DependencyJson::write);
    RecordChecks.write(json, "benchmarks", benchmarks, BenchmarkResult::write);
    texts.write(json);
    return json;
  }

  static ModelRecord read(JsonFields json) {
    ModelRecord record =
        new ModelRecord(
            Architecture.read(json),
            Usage.read(json),
            Optional.ofNullable(json.optionalText("license")),
            Optional.ofNullable(json.optionalObject("training")).map(TrainingMethod::read),
            RecordChecks.read(json, "datasets", MAX_DATASETS, DatasetReference::read),
            RecordChecks.read(json, "dependencies", MAX_DEPENDENCIES, DependencyJson::read),
            RecordChecks.read(json, "benchmarks", MAX_BENCHMARKS, BenchmarkResult::read),
            Texts.read(json));
    json.requireNoOthers();
    return record;
  }
}
