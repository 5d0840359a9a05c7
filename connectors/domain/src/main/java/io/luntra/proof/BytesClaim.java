package io.luntra.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.BlobPacking;
import io.luntra.blob.PayloadRange;
import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.JsonFields;
import java.util.ArrayList;
import java.util.List;

/**
 * That bytes stand in the payload of consecutive blobs of one kind. Where the payload ends, zeros
 * follow until the last blob is full: they are bytes as any other here.
 *
 * @param from first byte, counted from the start of the first blob's payload, 0 to 130,047
 * @param to byte after the last one, in the last of the blobs
 * @param blobs with the field elements that the bytes come from, and no others
 */
public record BytesClaim(int from, int to, List<OpenedBlob> blobs) implements Claim {
  public BytesClaim {
    blobs = List.copyOf(blobs);
    if (from < 0
        || from >= to
        || from >= BlobPacking.PAYLOAD_BYTES
        || BlobPacking.blobsFor(to) != blobs.size()) {
      throw new InvalidInputException(
          "Bytes %d to %d do not begin in the first and end in the last of %d blobs"
              .formatted(from, to, blobs.size()));
    }
    BlobInclusion first = blobs.get(0).blob();
    for (int i = 0; i < blobs.size(); i++) {
      BlobInclusion blob = blobs.get(i).blob();
      if (blob.kind() != first.kind() || blob.index() != first.index() + i) {
        throw new InvalidInputException(
            "Bytes in consecutive blobs: %s cannot stand %d after %s".formatted(blob, i, first));
      }
      requireElements(blobs.get(i), range(i, from, to));
    }
  }

  private static void requireElements(OpenedBlob blob, PayloadRange range) {
    int next = range.firstElement();
    int end = next + range.elements();
    for (ElementOpening opening : blob.openings()) {
      if (opening.element() != next++) {
        throw wrongElements(blob, range);
      }
    }
    if (next != end) {
      throw wrongElements(blob, range);
    }
  }

  private static InvalidInputException wrongElements(OpenedBlob blob, PayloadRange range) {
    return new InvalidInputException(
        "%s: bytes %d to %d need field elements %d to %d, found %s"
            .formatted(
                blob.blob(),
                range.from(),
                range.to(),
                range.firstElement(),
                range.firstElement() + range.elements() - 1,
                blob.openings().size()));
  }

  /** What of the bytes lies in the i-th blob. */
  public PayloadRange range(int i) {
    return range(i, from, to);
  }

  static PayloadRange range(int i, int from, int to) {
    int start = i * BlobPacking.PAYLOAD_BYTES;
    return new PayloadRange(
        Math.max(from - start, 0), Math.min(to - start, BlobPacking.PAYLOAD_BYTES));
  }

  @Override
  public String word() {
    return BYTES;
  }

  @Override
  public void write(ObjectNode json) {
    json.put("from", from);
    json.put("to", to);
    ArrayNode array = json.putArray("blobs");
    blobs.forEach(blob -> blob.write(array.addObject()));
  }

  static BytesClaim read(JsonFields json) {
    List<OpenedBlob> blobs = new ArrayList<>();
    for (JsonNode blob : json.array("blobs")) {
      blobs.add(OpenedBlob.read(new JsonFields(blob)));
    }
    BytesClaim claim = new BytesClaim(json.int32("from"), json.int32("to"), blobs);
    json.requireNoOthers();
    return claim;
  }
}
