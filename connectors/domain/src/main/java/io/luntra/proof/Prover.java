package io.luntra.proof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.luntra.blob.BlobPacking;
import io.luntra.blob.BlobUnpacker;
import io.luntra.blob.Bytes32;
import io.luntra.blob.PayloadRange;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.Kzg;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.ShardEntry;
import io.luntra.manifest.TensorEntry;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Makes claims about a release with their proofs. It reads no blob but those that elements are
 * opened of, and for a tensor those of the manifest. Each element that is opened takes about 50 ms.
 */
public final class Prover {
  /** Most field elements of one claim: what takes a minute to open. */
  private static final int MAX_ELEMENTS = 1024;

  private static final int ELEMENT_BYTES = 32;

  private final Kzg kzg;
  private final ReleaseBlobs release;

  public Prover(Kzg kzg, ReleaseBlobs release) {
    this.kzg = Objects.requireNonNull(kzg, "kzg");
    this.release = Objects.requireNonNull(release, "release");
  }

  /**
   * That a blob is in the release.
   *
   * @throws InvalidInputException when the release has no such blob
   */
  public BlobClaim blob(int index) {
    return new BlobClaim(inclusion(index));
  }

  /**
   * The value of a field element of a blob.
   *
   * @throws InvalidInputException when there is no such blob, or no such element
   */
  public ElementClaim element(int index, int element) {
    BlobInclusion blob = inclusion(index);
    if (element < 0 || element >= Kzg.FIELD_ELEMENTS_PER_BLOB) {
      throw new InvalidInputException(
          "Field element %d: a blob has %d".formatted(element, Kzg.FIELD_ELEMENTS_PER_BLOB));
    }
    return new ElementClaim(new OpenedBlob(blob, open(index, element, 1)));
  }

  /**
   * Bytes of the payload of consecutive blobs.
   *
   * @param index of the blob that they begin in
   * @param from first byte, counted from the start of that blob's payload
   * @param to byte after the last one
   * @throws InvalidInputException when the release has no such bytes, or they come from more than
   *     1024 field elements
   */
  public BytesClaim bytes(int index, int from, int to) {
    if (from < 0 || from >= to || from >= BlobPacking.PAYLOAD_BYTES) {
      throw new InvalidInputException(
          "Bytes %d to %d: expected them to begin in the %d of blob %d"
              .formatted(from, to, BlobPacking.PAYLOAD_BYTES, index));
    }
    int blobs = BlobPacking.blobsFor(to);
    long elements = 0;
    for (int i = 0; i < blobs && elements <= MAX_ELEMENTS; i++) {
      elements += BytesClaim.range(i, from, to).elements();
    }
    if (elements > MAX_ELEMENTS) {
      throw new InvalidInputException(
          "Bytes %d to %d come from more than the %d field elements that one proof opens"
              .formatted(from, to, MAX_ELEMENTS));
    }
    List<OpenedBlob> opened = new ArrayList<>();
    for (int i = 0; i < blobs; i++) {
      PayloadRange range = BytesClaim.range(i, from, to);
      BlobInclusion blob = inclusion(index + i);
      opened.add(new OpenedBlob(blob, open(index + i, range.firstElement(), range.elements())));
    }
    return new BytesClaim(from, to, opened);
  }

  /**
   * A tensor's entry in the manifest, and the data blobs that carry it.
   *
   * @param manifest of the release
   * @param artifact of the manifest, which has the tensor
   */
  public TensorClaim tensor(
      ReleaseManifest manifest, ArtifactManifest artifact, TensorEntry tensor) {
    String stream = manifestStream(manifest);
    int file = find(stream, artifact.file().toJson(), 0);
    BytesClaim entry = manifestBytes(manifest, stream, tensor.toJson(), file);
    if (ShardPlace.isEmpty(tensor.range())) {
      return new TensorClaim(entry, List.of(), List.of());
    }
    ShardEntry first = manifest.shards().get(tensor.range().firstShard());
    ShardEntry last = manifest.shards().get(tensor.range().lastShard());
    List<BytesClaim> shards = new ArrayList<>();
    for (ShardEntry shard : first.index() == last.index() ? List.of(first) : List.of(first, last)) {
      shards.add(manifestBytes(manifest, stream, ShardPlace.of(shard).toJson(), file));
    }
    ShardPlace.DataBlobs lies =
        ShardPlace.blobs(tensor.range(), ShardPlace.of(first), ShardPlace.of(last));
    List<BlobInclusion> blobs = new ArrayList<>();
    for (int i = lies.first(); i < lies.end(); i++) {
      blobs.add(inclusion(i));
    }
    return new TensorClaim(entry, shards, blobs);
  }

  /** The manifest's bytes, one character each, so that they can be searched. */
  private String manifestStream(ReleaseManifest manifest) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    int first = manifest.root().totals().dataBlobs();
    for (int i = 0; i < manifest.root().manifestBlobs(); i++) {
      stream.writeBytes(BlobUnpacker.unpack(release.blob(first + i)));
    }
    return stream.toString(ISO_8859_1);
  }

  private static int find(String stream, byte[] bytes, int from) {
    int found = stream.indexOf(new String(bytes, ISO_8859_1), from);
    if (found < 0) {
      throw new IllegalStateException("The manifest that was read does not have its own entry");
    }
    return found;
  }

  private BytesClaim manifestBytes(
      ReleaseManifest manifest, String stream, byte[] bytes, int searchFrom) {
    int position = find(stream, bytes, searchFrom);
    int from = position % BlobPacking.PAYLOAD_BYTES;
    return bytes(
        manifest.root().totals().dataBlobs() + position / BlobPacking.PAYLOAD_BYTES,
        from,
        from + bytes.length);
  }

  private BlobInclusion inclusion(int index) {
    int size = release.tree().size();
    if (index < 0 || index >= size) {
      throw new InvalidInputException(
          "Blob %d: the release has %d, counted from 0".formatted(index, size));
    }
    return new BlobInclusion(
        release.kind(index), index, release.commitment(index), release.tree().proof(index));
  }

  private List<ElementOpening> open(int index, int first, int count) {
    byte[] blob = release.blob(index);
    List<ElementOpening> openings = new ArrayList<>();
    for (int element = first; element < first + count; element++) {
      byte[] value =
          Arrays.copyOfRange(blob, element * ELEMENT_BYTES, (element + 1) * ELEMENT_BYTES);
      openings.add(new ElementOpening(element, new Bytes32(value), kzg.openElement(blob, element)));
    }
    return openings;
  }
}
