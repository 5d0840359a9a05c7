package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.release.ReleaseName;
import java.util.Optional;

/** Dependencies as JSON: with a creator it is a release. */
final class DependencyJson {
  private DependencyJson() {}

  static void write(ModelDependency dependency, ObjectNode json) {
    json.put("relation", dependency.relation());
    if (dependency instanceof ModelDependency.OfRelease release) {
      json.put("creator", release.creator());
      json.put("name", release.release().name());
      json.put("version", release.release().version());
      json.put("releaseId", EntryJson.hash(release.releaseId()));
    } else if (dependency instanceof ModelDependency.OfContent content) {
      json.put("name", content.name());
      content.uri().ifPresent(text -> json.put("uri", text));
      json.put("sha256", EntryJson.hash(content.sha256()));
    }
  }

  static ModelDependency read(JsonFields json) {
    String creator = json.optionalText("creator");
    ModelDependency dependency =
        creator == null
            ? new ModelDependency.OfContent(
                json.text("relation"),
                json.text("name"),
                Optional.ofNullable(json.optionalText("uri")),
                RecordChecks.hash(json, "sha256"))
            : release(json, creator);
    json.requireNoOthers();
    return dependency;
  }

  private static ModelDependency release(JsonFields json, String creator) {
    ModelDependency.OfRelease release =
        new ModelDependency.OfRelease(
            json.text("relation"),
            creator,
            new ReleaseName(json.text("name"), json.text("version")));
    Checks.equal("releaseId", RecordChecks.hash(json, "releaseId"), release.releaseId());
    return release;
  }
}
