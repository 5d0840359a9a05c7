package io.luntra.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.JsonFields;
import java.util.ArrayList;
import java.util.List;

/** What a proof document says of a release, with all that proves it. */
public sealed interface Claim permits BlobClaim, ElementClaim, BytesClaim, TensorClaim {
  String BLOB = "blob";
  String ELEMENT = "element";
  String BYTES = "bytes";
  String TENSOR = "tensor";

  /** The field of the document that it stands in. */
  String word();

  /** Writes its fields. */
  void write(ObjectNode json);

  /** Reads the one claim of a document. */
  static Claim read(JsonFields json) {
    List<Claim> claims = new ArrayList<>();
    for (String word : List.of(BLOB, ELEMENT, BYTES, TENSOR)) {
      JsonFields fields = json.optionalObject(word);
      if (fields != null) {
        claims.add(
            switch (word) {
              case BLOB -> new BlobClaim(BlobInclusion.read(fields));
              case ELEMENT -> ElementClaim.read(fields);
              case BYTES -> BytesClaim.read(fields);
              default -> TensorClaim.read(fields);
            });
      }
    }
    if (claims.size() != 1) {
      throw new InvalidInputException(
          "Expected one of \"blob\", \"element\", \"bytes\" and \"tensor\", found "
              + claims.size());
    }
    return claims.get(0);
  }
}
