package io.luntra.ethereum.beacon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.transaction.BlobSidecar;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.VersionedHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Blobs by the beacon API: {@code GET /eth/v1/beacon/blobs/{block_id}?versioned_hashes=…}. Nothing
 * of what is answered is verified here but its form: see {@link BlobFetcher}.
 */
public final class BeaconClient implements BlobSource {
  /** Most blobs in one request. */
  public static final int MAX_WANTED = 128;

  // A node that ignores the list of hashes answers with the whole block.
  private static final int MAX_UNASKED = 64;
  // Quotes, comma, 0x, two digits per byte
  private static final int BLOB_JSON_BYTES = 2 * BlobSidecar.BLOB_BYTES + 16;
  private static final int OTHER_JSON_BYTES = 1 << 16;
  private static final JsonFactory JSON = new JsonFactory();

  private final Endpoint endpoint;
  private final BlockIds blockIds;

  public BeaconClient(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.blockIds = new BlockIds(endpoint);
  }

  @Override
  public String name() {
    return endpoint.name();
  }

  /**
   * The blobs of the answer, of the right size and otherwise as they came.
   *
   * @param wanted 1 to 128
   * @throws io.luntra.ethereum.endpoint.EndpointException when the node does not answer with 200
   * @throws LuntraException when the answer is malformed, or larger than the blobs wanted and 64
   *     more
   */
  @Override
  public List<byte[]> blobs(BlockReference block, List<VersionedHash> wanted) {
    Set<VersionedHash> distinct = new LinkedHashSet<>(wanted);
    if (distinct.isEmpty() || distinct.size() > MAX_WANTED) {
      throw new IllegalArgumentException(
          distinct.size() + " blobs wanted, expected 1 to " + MAX_WANTED);
    }
    String hashes = distinct.stream().map(VersionedHash::toHex).collect(Collectors.joining(","));
    String path = "/eth/v1/beacon/blobs/" + blockIds.of(block);
    int maxBlobs = distinct.size() + MAX_UNASKED;
    byte[] answer =
        endpoint.get(
            path + "?versioned_hashes=" + hashes, maxBlobs * BLOB_JSON_BYTES + OTHER_JSON_BYTES);
    try {
      return parse(answer, maxBlobs);
    } catch (IOException | IllegalArgumentException e) {
      throw new LuntraException(
          "%s%s: malformed answer: %s".formatted(endpoint, path, firstLine(e)), e);
    }
  }

  private static List<byte[]> parse(byte[] answer, int maxBlobs) throws IOException {
    List<byte[]> blobs = null;
    try (JsonParser parser = JSON.createParser(answer)) {
      expect(JsonToken.START_OBJECT, parser.nextToken());
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (!field.equals("data")) {
          parser.skipChildren();
          continue;
        }
        if (blobs != null) {
          throw new IllegalArgumentException("field data stands twice");
        }
        expect(JsonToken.START_ARRAY, value);
        blobs = blobList(parser, maxBlobs);
      }
      expect(JsonToken.END_OBJECT, parser.currentToken());
      expect(null, parser.nextToken());
    }
    if (blobs == null) {
      throw new IllegalArgumentException("field data is missing");
    }
    return blobs;
  }

  private static List<byte[]> blobList(JsonParser parser, int maxBlobs) throws IOException {
    List<byte[]> blobs = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(JsonToken.VALUE_STRING, parser.currentToken());
      if (blobs.size() == maxBlobs) {
        throw new IllegalArgumentException("more than " + maxBlobs + " blobs");
      }
      try {
        blobs.add(Hex.decode(parser.getText(), BlobSidecar.BLOB_BYTES));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("blob " + blobs.size() + ": " + firstLine(e), e);
      }
    }
    return blobs;
  }

  private static void expect(JsonToken expected, JsonToken found) {
    if (expected != found) {
      throw new IllegalArgumentException("expected " + expected + ", found " + found);
    }
  }

  /** Without an excerpt of the answer, which may be as long as the answer. */
  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    String line = message.lines().findFirst().orElse("");
    return line.substring(0, Math.min(line.length(), 200));
  }
}
