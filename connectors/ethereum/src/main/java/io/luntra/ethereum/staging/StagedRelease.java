package io.luntra.ethereum.staging;

import io.luntra.blob.Bytes32;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A release whose every byte is staged and that is ready to be published.
 *
 * @param key 64 hex digits that follow from input, name, profile and codec version
 * @param inputBytes size of the artifacts' files
 * @param encodedBytes payload with chunk headers and scales
 * @param matrixElements elements of the float tensors of two and more dimensions
 * @param matrixEncodedBytes encoded bytes of those tensors
 * @param dataBlobs how many of {@code blobs} hold payload; the others hold the manifest's parts
 * @param blobs versioned hashes in release order, at least one
 * @param delta what it takes from its parent, where it has one
 * @param mergedFrom ids of other releases that it is made from, which its bytes do not need
 * @param rootManifest versioned hashes of the 1 to 6 blobs that ride with the seal
 */
public record StagedRelease(
    String key,
    ReleaseName name,
    String profile,
    long inputBytes,
    long encodedBytes,
    long matrixElements,
    long matrixEncodedBytes,
    int dataBlobs,
    Optional<StagedDelta> delta,
    List<Bytes32> mergedFrom,
    List<VersionedHash> blobs,
    List<VersionedHash> rootManifest) {
  /** As the registry takes them. */
  public static final int MAX_PARENTS = 8;

  private static final int MAX_BLOBS_PER_TRANSACTION = 6;

  public StagedRelease {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(delta, "delta");
    mergedFrom = List.copyOf(mergedFrom);
    blobs = List.copyOf(blobs);
    rootManifest = List.copyOf(rootManifest);
    if (blobs.isEmpty() || dataBlobs < 0 || dataBlobs > blobs.size()) {
      throw new IllegalArgumentException(
          "%d data blobs of %d blobs".formatted(dataBlobs, blobs.size()));
    }
    if (mergedFrom.size() > MAX_PARENTS - delta.stream().count()) {
      throw new IllegalArgumentException(
          "%d parents beside %d, expected at most %d together"
              .formatted(mergedFrom.size(), delta.stream().count(), MAX_PARENTS));
    }
    if (rootManifest.isEmpty() || rootManifest.size() > MAX_BLOBS_PER_TRANSACTION) {
      throw new IllegalArgumentException(
          "A root manifest of %d blobs, expected 1 to 6".formatted(rootManifest.size()));
    }
  }

  /** Ids of all releases that it is made from, that of the delta's parent first. */
  public List<Bytes32> parents() {
    List<Bytes32> parents = new ArrayList<>();
    delta.ifPresent(from -> parents.add(from.parent().releaseId()));
    parents.addAll(mergedFrom);
    return List.copyOf(parents);
  }

  /** Blobs × 131,072, the manifest's included. */
  public long wireBytes() {
    return (long) allBlobs() * StagedBlob.BLOB_BYTES;
  }

  /** Number of blobs, the root manifest's included. */
  public int allBlobs() {
    return blobs.size() + rootManifest.size();
  }

  /** Encoded bits per weight of the float tensors of two and more dimensions; 0 without any. */
  public double bitsPerWeight() {
    return matrixElements == 0 ? 0 : matrixEncodedBytes * 8.0 / matrixElements;
  }

  /** All hashes: {@code blobs}, then {@code rootManifest}. */
  public List<VersionedHash> allHashes() {
    List<VersionedHash> all = new ArrayList<>(blobs);
    all.addAll(rootManifest);
    return all;
  }
}
