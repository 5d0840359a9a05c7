package io.luntra.proof;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.Kzg;
import io.luntra.manifest.TensorEntry;
import io.luntra.merkle.BlobKind;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Checks proofs without a network: everything under the Merkle root that the document names. That
 * the release was sealed with this root has to be held against the chain.
 */
public final class ProofVerifier {
  private final Kzg kzg;
  private final Bytes32 releaseId;
  private final Bytes32 merkleRoot;

  private ProofVerifier(Kzg kzg, Bytes32 releaseId, Bytes32 merkleRoot) {
    this.kzg = Objects.requireNonNull(kzg, "kzg");
    this.releaseId = releaseId;
    this.merkleRoot = merkleRoot;
  }

  /**
   * What a document proves.
   *
   * @throws VerificationException when it does not prove its claim
   */
  public static Proven verify(Kzg kzg, ProofDocument document) {
    return new ProofVerifier(kzg, document.releaseId(), document.merkleRoot())
        .verify(document.claim());
  }

  private Proven verify(Claim claim) {
    if (claim instanceof BlobClaim blob) {
      check(blob.blob());
      return new Proven(new byte[0], Optional.empty());
    }
    if (claim instanceof ElementClaim element) {
      check(element.blob());
      return new Proven(element.opening().value().bytes(), Optional.empty());
    }
    if (claim instanceof BytesClaim bytes) {
      return new Proven(bytes(bytes), Optional.empty());
    }
    TensorClaim tensor = (TensorClaim) claim;
    byte[] entry = manifestBytes(tensor.entry());
    return new Proven(entry, Optional.of(tensor(tensor, entry)));
  }

  private void check(BlobInclusion blob) {
    if (!blob.isIn(releaseId, merkleRoot)) {
      throw new VerificationException(
          "%s (%s) is not in release %s under Merkle root %s"
              .formatted(blob, blob.commitment().versionedHash(), releaseId, merkleRoot));
    }
  }

  private void check(OpenedBlob opened) {
    check(opened.blob());
    for (ElementOpening opening : opened.openings()) {
      if (!kzg.verifyElement(
          opened.blob().commitment(),
          opening.element(),
          opening.value().bytes(),
          opening.proof())) {
        throw new VerificationException(
            "%s: field element %d is not proven to be %s"
                .formatted(opened.blob(), opening.element(), opening.value()));
      }
    }
  }

  private byte[] bytes(BytesClaim claim) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < claim.blobs().size(); i++) {
      OpenedBlob blob = claim.blobs().get(i);
      check(blob);
      bytes.writeBytes(
          claim.range(i).unpack(blob.openings().stream().map(ElementOpening::value).toList()));
    }
    return bytes.toByteArray();
  }

  private byte[] manifestBytes(BytesClaim claim) {
    BlobInclusion first = claim.blobs().get(0).blob();
    if (first.kind() != BlobKind.MANIFEST) {
      throw new VerificationException(
          "Bytes of the manifest: expected manifest blobs, found %s".formatted(first));
    }
    return bytes(claim);
  }

  private TensorEntry tensor(TensorClaim claim, byte[] bytes) {
    TensorEntry entry;
    try {
      entry = TensorEntry.fromJson(bytes);
    } catch (InvalidInputException e) {
      throw new VerificationException(
          "Bytes of the manifest: expected the entry of a tensor: " + e.getMessage(), e);
    }
    int expected = 0;
    int first = 0;
    if (!ShardPlace.isEmpty(entry.range())) {
      boolean inOne = entry.range().firstShard() == entry.range().lastShard();
      requireCount("shards", inOne ? 1 : 2, claim.shards());
      List<ShardPlace> shards =
          claim.shards().stream().map(this::manifestBytes).map(ShardPlace::fromJson).toList();
      ShardPlace.DataBlobs blobs =
          ShardPlace.blobs(entry.range(), shards.get(0), shards.get(shards.size() - 1));
      expected = blobs.count();
      first = blobs.first();
    } else {
      requireCount("shards", 0, claim.shards());
    }
    requireCount("data blobs", expected, claim.blobs());
    for (int i = 0; i < expected; i++) {
      BlobInclusion blob = claim.blobs().get(i);
      if (blob.kind() != BlobKind.DATA || blob.index() != first + i) {
        throw new VerificationException(
            "The tensor's bytes lie in data blob %d, the document shows %s"
                .formatted(first + i, blob));
      }
      check(blob);
    }
    return entry;
  }

  private static void requireCount(String what, int expected, List<?> found) {
    if (found.size() != expected) {
      throw new VerificationException(
          "The tensor's bytes lie in %d %s, the document shows %d"
              .formatted(expected, what, found.size()));
    }
  }
}
