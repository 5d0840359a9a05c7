package io.luntra.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.Kzg;
import io.luntra.manifest.JsonFields;
import java.util.Arrays;
import java.util.Objects;

/**
 * The value of a field element of a blob, with its KZG proof.
 *
 * @param element 0 to 4095
 * @param proof 48 bytes, owned by this value
 */
public record ElementOpening(int element, Bytes32 value, byte[] proof) {
  public ElementOpening {
    Objects.requireNonNull(value, "value");
    if (element < 0 || element >= Kzg.FIELD_ELEMENTS_PER_BLOB) {
      throw new InvalidInputException(
          "Field element %d: expected 0 to %d".formatted(element, Kzg.FIELD_ELEMENTS_PER_BLOB - 1));
    }
    if (proof.length != Kzg.PROOF_BYTES) {
      throw new InvalidInputException(
          "Proof of field element %d: expected %d bytes, found %d"
              .formatted(element, Kzg.PROOF_BYTES, proof.length));
    }
  }

  void write(ObjectNode json) {
    json.put("element", element);
    json.put("value", value.toHex());
    json.put("proof", Hex.encode(proof));
  }

  static ElementOpening read(JsonFields json) {
    ElementOpening opening =
        new ElementOpening(
            json.int32("element"),
            Bytes32.fromHex(json.text("value")),
            Hex.decode(json.text("proof"), Kzg.PROOF_BYTES));
    json.requireNoOthers();
    return opening;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ElementOpening that
        && element == that.element
        && value.equals(that.value)
        && Arrays.equals(proof, that.proof);
  }

  @Override
  public int hashCode() {
    return Objects.hash(element, value, Arrays.hashCode(proof));
  }
}
