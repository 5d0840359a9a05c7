package io.luntra.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.JsonFields;

/** That a field element of a blob of the release has this value. */
public record ElementClaim(OpenedBlob blob) implements Claim {
  public ElementClaim {
    if (blob.openings().size() != 1) {
      throw new InvalidInputException(
          "Expected the opening of one field element, found " + blob.openings().size());
    }
  }

  public ElementOpening opening() {
    return blob.openings().get(0);
  }

  @Override
  public String word() {
    return ELEMENT;
  }

  @Override
  public void write(ObjectNode json) {
    blob.write(json);
  }

  static ElementClaim read(JsonFields json) {
    return new ElementClaim(OpenedBlob.read(json));
  }
}
