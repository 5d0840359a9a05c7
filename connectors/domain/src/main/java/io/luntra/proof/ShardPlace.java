package io.luntra.proof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.luntra.blob.BlobPacking;
import io.luntra.failure.VerificationException;
import io.luntra.manifest.ShardEntry;
import io.luntra.manifest.ShardRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a shard's blobs are: the last three fields of its entry, without the long ones before them.
 * In canonical JSON no text holds a quote that is not escaped, so these bytes stand nowhere in a
 * manifest but at the end of the entry of a shard.
 */
record ShardPlace(int firstBlob, int index, int payloadBytes) {
  private static final String FORM = "\"firstBlob\":%d,\"index\":%d,\"payloadBytes\":%d}";
  private static final Pattern BYTES =
      Pattern.compile(FORM.replace("}", "\\}").replace("%d", "(0|[1-9][0-9]{0,9})"));

  static ShardPlace of(ShardEntry shard) {
    return new ShardPlace(shard.firstBlob(), shard.index(), shard.payloadBytes());
  }

  byte[] toJson() {
    return FORM.formatted(firstBlob, index, payloadBytes).getBytes(US_ASCII);
  }

  /** Parses what {@link #toJson} writes. */
  static ShardPlace fromJson(byte[] bytes) {
    Matcher fields = BYTES.matcher(new String(bytes, ISO_8859_1));
    if (!fields.matches()) {
      throw new VerificationException(
          "Bytes of the manifest: expected the end of a shard's entry, found others");
    }
    return new ShardPlace(
        number(fields.group(1)), number(fields.group(2)), number(fields.group(3)));
  }

  private static int number(String digits) {
    long number = Long.parseLong(digits);
    if (number > Integer.MAX_VALUE) {
      throw new VerificationException("The end of a shard's entry has a number " + digits);
    }
    return (int) number;
  }

  /** The data blobs [first, end) that a tensor's encoded bytes lie in. */
  record DataBlobs(int first, int end) {
    int count() {
      return end - first;
    }
  }

  /** Whether a range has no bytes whatever its shards are. */
  static boolean isEmpty(ShardRange range) {
    return range.firstShard() == range.lastShard() && range.firstByte() == range.endByte();
  }

  /**
   * The data blobs of a range between these shards, which may be one.
   *
   * @throws VerificationException when the range is not inside the shards
   */
  static DataBlobs blobs(ShardRange range, ShardPlace first, ShardPlace last) {
    boolean startsBehind = first.index != last.index && range.firstByte() == first.payloadBytes;
    long begin =
        first.firstBlob
            + (startsBehind
                ? (long) BlobPacking.blobsFor(first.payloadBytes)
                : range.firstByte() / BlobPacking.PAYLOAD_BYTES);
    long end = (long) last.firstBlob + BlobPacking.blobsFor(range.endByte());
    if (first.index != range.firstShard()
        || last.index != range.lastShard()
        || range.firstByte() > first.payloadBytes
        || range.endByte() > last.payloadBytes
        || begin > end
        || end > Integer.MAX_VALUE) {
      throw new VerificationException(
          "The tensor's bytes %s are not between %s and %s".formatted(range, first, last));
    }
    return new DataBlobs((int) begin, (int) end);
  }
}
