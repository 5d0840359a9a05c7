package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.ForeignText;
import io.luntra.manifest.TensorEntry;
import io.luntra.proof.BlobClaim;
import io.luntra.proof.BlobInclusion;
import io.luntra.proof.BytesClaim;
import io.luntra.proof.ElementClaim;
import io.luntra.proof.OpenedBlob;
import io.luntra.proof.ProofDocument;
import io.luntra.proof.Proven;
import io.luntra.proof.TensorClaim;
import java.util.List;

/**
 * What a proof document proves, as commands say it.
 *
 * @param claim blob, element, bytes or tensor
 * @param blobs that the claim is about; of a tensor, those that carry its encoded bytes
 * @param bytes proven to stand in them, of a tensor its entry in the manifest, 0x and hex digits
 * @param tensor null where none is proven
 */
record ProofReport(
    String release,
    String creator,
    String releaseId,
    long chainId,
    String registry,
    String merkleRoot,
    String claim,
    List<Blob> blobs,
    String bytes,
    Tensor tensor,
    String says) {
  private static final int SHOWN_BYTES = 512;

  /** A blob at its place in the release. */
  record Blob(String kind, int index, String versionedHash) {
    static Blob of(BlobInclusion blob) {
      return new Blob(blob.kind().name(), blob.index(), blob.commitment().versionedHash().toHex());
    }
  }

  /** A tensor as the manifest has it. */
  record Tensor(
      String name,
      String dtype,
      List<Long> shape,
      long offset,
      long bytes,
      String codec,
      String sha256,
      String inputSha256) {
    static Tensor of(TensorEntry entry) {
      return new Tensor(
          entry.info().name(),
          entry.info().dtype().name(),
          entry.info().shape(),
          entry.offset(),
          entry.info().bytes(),
          entry.codec(),
          digits(entry.sha256()),
          digits(entry.inputSha256()));
    }
  }

  static ProofReport of(ProofDocument document, Proven proven) {
    return new ProofReport(
        document.name().toString(),
        document.creator(),
        document.releaseId().toHex(),
        document.chainId(),
        document.registry(),
        document.merkleRoot().toHex(),
        document.claim().word(),
        blobs(document).stream().map(Blob::of).toList(),
        Hex.encode(proven.bytes()),
        proven.tensor().map(Tensor::of).orElse(null),
        says(document, proven));
  }

  private static List<BlobInclusion> blobs(ProofDocument document) {
    if (document.claim() instanceof BlobClaim blob) {
      return List.of(blob.blob());
    }
    if (document.claim() instanceof ElementClaim element) {
      return List.of(element.blob().blob());
    }
    if (document.claim() instanceof BytesClaim bytes) {
      return bytes.blobs().stream().map(OpenedBlob::blob).toList();
    }
    return ((TensorClaim) document.claim()).blobs();
  }

  private static String says(ProofDocument document, Proven proven) {
    if (document.claim() instanceof BlobClaim blob) {
      return "%s is %s%n  commitment %s"
          .formatted(
              blob.blob(),
              blob.blob().commitment().versionedHash(),
              blob.blob().commitment().toHex());
    }
    if (document.claim() instanceof ElementClaim element) {
      return "field element %d of %s is %s"
          .formatted(element.opening().element(), element.blob().blob(), element.opening().value());
    }
    if (document.claim() instanceof BytesClaim bytes) {
      return "payload bytes %d to %d from %s on are%n  %s"
          .formatted(bytes.from(), bytes.to(), bytes.blobs().get(0).blob(), shown(proven.bytes()));
    }
    TensorEntry tensor = proven.tensor().orElseThrow();
    TensorClaim claim = (TensorClaim) document.claim();
    return String.format(
        "its manifest has tensor \"%s\", %s %s, %d bytes at byte %d of its file%n"
            + "  SHA-256 of the values     %s%n"
            + "  SHA-256 before encoding   %s%n"
            + "  encoded as %s, %s",
        ForeignText.printable(tensor.info().name()),
        tensor.info().dtype(),
        tensor.info().shape(),
        tensor.info().bytes(),
        tensor.offset(),
        digits(tensor.sha256()),
        digits(tensor.inputSha256()),
        tensor.codec(),
        carriers(claim.blobs()));
  }

  /** As sha256sum writes it. */
  static String digits(Bytes32 sha256) {
    return sha256.toHex().substring(2);
  }

  private static String carriers(List<BlobInclusion> blobs) {
    if (blobs.isEmpty()) {
      return "in no blob of this release";
    }
    int first = blobs.get(0).index();
    return blobs.size() == 1
        ? "in data blob " + first
        : "in data blobs %d to %d".formatted(first, first + blobs.size() - 1);
  }

  private static String shown(byte[] bytes) {
    String hex = Hex.encode(bytes);
    return hex.length() <= 2 * SHOWN_BYTES ? hex : hex.substring(0, 2 * SHOWN_BYTES) + "…";
  }

  /** Several lines, each ended. */
  String text() {
    return String.format(
        "  that in %s of %s%n  %s%n  under Merkle root %s of release %s%n",
        release, creator, says.replace("\n", "\n  "), merkleRoot, releaseId);
  }
}
