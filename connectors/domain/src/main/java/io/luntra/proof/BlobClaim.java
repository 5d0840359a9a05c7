package io.luntra.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/** That a blob is in the release, at this place. */
public record BlobClaim(BlobInclusion blob) implements Claim {
  public BlobClaim {
    Objects.requireNonNull(blob, "blob");
  }

  @Override
  public String word() {
    return BLOB;
  }

  @Override
  public void write(ObjectNode json) {
    blob.write(json);
  }
}
