package io.luntra.jobs.export;

import io.luntra.manifest.BenchmarkResult;
import io.luntra.manifest.DatasetReference;
import io.luntra.manifest.ModelRecord;
import java.util.ArrayList;
import java.util.List;
import org.cyclonedx.model.Property;
import org.cyclonedx.model.component.ModelCard;
import org.cyclonedx.model.component.data.ComponentData;
import org.cyclonedx.model.component.data.Content;
import org.cyclonedx.model.component.data.DatasetChoice;
import org.cyclonedx.model.component.modelCard.Considerations;
import org.cyclonedx.model.component.modelCard.InputOutputParameter;
import org.cyclonedx.model.component.modelCard.ModelParameters;
import org.cyclonedx.model.component.modelCard.PerformanceMetric;
import org.cyclonedx.model.component.modelCard.QuantitativeAnalysis;

/** A record as the model card of a CycloneDX component. */
final class CycloneDxModelCard {
  private CycloneDxModelCard() {}

  static ModelCard of(ModelRecord record) {
    ModelCard card = new ModelCard();
    card.setModelParameters(parameters(record));
    if (!record.benchmarks().isEmpty()) {
      QuantitativeAnalysis analysis = new QuantitativeAnalysis();
      analysis.setPerformanceMetrics(
          record.benchmarks().stream().map(CycloneDxModelCard::metric).toList());
      card.setQuantitativeAnalysis(analysis);
    }
    if (record.texts().intendedUse().isPresent() || record.texts().limitations().isPresent()) {
      Considerations considerations = new Considerations();
      record.texts().intendedUse().ifPresent(text -> considerations.setUseCases(List.of(text)));
      record
          .texts()
          .limitations()
          .ifPresent(text -> considerations.setTechnicalLimitations(List.of(text)));
      card.setConsiderations(considerations);
    }
    List<Property> properties = properties(record);
    if (!properties.isEmpty()) {
      card.setProperties(properties);
    }
    return card;
  }

  private static ModelParameters parameters(ModelRecord record) {
    ModelParameters parameters = new ModelParameters();
    record.usage().task().ifPresent(parameters::setTask);
    record.architecture().architecture().ifPresent(parameters::setArchitectureFamily);
    record.architecture().family().ifPresent(parameters::setModelArchitecture);
    if (!record.datasets().isEmpty()) {
      parameters.setDatasets(record.datasets().stream().map(CycloneDxModelCard::dataset).toList());
    }
    if (!record.usage().inputTypes().isEmpty()) {
      parameters.setInputs(formats(record.usage().inputTypes()));
    }
    if (!record.usage().outputTypes().isEmpty()) {
      parameters.setOutputs(formats(record.usage().outputTypes()));
    }
    return parameters;
  }

  private static DatasetChoice dataset(DatasetReference dataset) {
    Content content = new Content();
    dataset.uri().ifPresent(content::setUrl);
    content.setProperties(
        List.of(
            new Property(CycloneDxBom.PREFIX + "sha256", dataset.sha256().toHex().substring(2))));
    ComponentData data = new ComponentData();
    data.setType(ComponentData.ComponentDataType.DATASET);
    data.setName(dataset.name());
    data.setContents(content);
    DatasetChoice choice = new DatasetChoice();
    choice.setComponentData(data);
    return choice;
  }

  private static List<InputOutputParameter> formats(List<String> types) {
    List<InputOutputParameter> formats = new ArrayList<>();
    for (String type : types) {
      InputOutputParameter format = new InputOutputParameter();
      format.setFormat(type);
      formats.add(format);
    }
    return formats;
  }

  private static PerformanceMetric metric(BenchmarkResult result) {
    PerformanceMetric metric = new PerformanceMetric();
    metric.setType(result.metric());
    metric.setValue(result.value());
    metric.setSlice(result.benchmark());
    return metric;
  }

  private static List<Property> properties(ModelRecord record) {
    List<Property> properties = new ArrayList<>();
    record.architecture().quantization().ifPresent(word -> add(properties, "quantization", word));
    record.usage().library().ifPresent(word -> add(properties, "library", word));
    record.usage().languages().forEach(tag -> add(properties, "language", tag));
    record
        .training()
        .ifPresent(
            training -> {
              add(properties, "trainingMethod", training.method());
              training.description().ifPresent(text -> add(properties, "training", text));
            });
    for (BenchmarkResult result : record.benchmarks()) {
      result
          .evidence()
          .ifPresent(
              hash ->
                  add(
                      properties,
                      "evidence",
                      "%s, %s: sha256:%s"
                          .formatted(
                              result.benchmark(), result.metric(), hash.toHex().substring(2))));
    }
    return properties;
  }

  private static void add(List<Property> properties, String name, String value) {
    properties.add(new Property(CycloneDxBom.PREFIX + name, value));
  }
}
