package io.luntra.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.manifest.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A blob of a release, and some of its field elements. */
public record OpenedBlob(BlobInclusion blob, List<ElementOpening> openings) {
  public OpenedBlob {
    Objects.requireNonNull(blob, "blob");
    openings = List.copyOf(openings);
  }

  void write(ObjectNode json) {
    blob.write(json.putObject("blob"));
    ArrayNode array = json.putArray("openings");
    openings.forEach(opening -> opening.write(array.addObject()));
  }

  static OpenedBlob read(JsonFields json) {
    BlobInclusion blob = BlobInclusion.read(json.object("blob"));
    List<ElementOpening> openings = new ArrayList<>();
    for (JsonNode opening : json.array("openings")) {
      openings.add(ElementOpening.read(new JsonFields(opening)));
    }
    json.requireNoOthers();
    return new OpenedBlob(blob, openings);
  }
}
