package io.luntra.jobs.prove;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.registry.BlobProofsReader;
import io.luntra.ethereum.registry.RegistryReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.proof.BlobClaim;
import io.luntra.proof.BlobInclusion;
import io.luntra.proof.BytesClaim;
import io.luntra.proof.Claim;
import io.luntra.proof.ElementClaim;
import io.luntra.proof.ElementOpening;
import io.luntra.proof.OpenedBlob;
import io.luntra.proof.ProofDocument;
import io.luntra.proof.TensorClaim;
import java.net.URI;
import java.util.Arrays;

/** Holds a proof document against the chain. It sends nothing, and needs no beacon node. */
public final class ChainCheck {
  private final Endpoint rpc;
  private final RegistryReader registry;

  /**
   * A check against one registry.
   *
   * @throws InvalidInputException when there is none at this address
   */
  public ChainCheck(URI rpc, String registry) {
    this.rpc = Endpoint.of(rpc.toString());
    this.registry = new RegistryReader(this.rpc, registry);
    this.registry.requireDeployed();
  }

  /**
   * Makes sure that the release was sealed with the document's Merkle root.
   *
   * @throws InvalidInputException when the document is about another chain
   * @throws VerificationException when it was not, or with another one
   */
  public void requireSealed(ProofDocument document) {
    long chainId = registry.chainId();
    if (chainId != document.chainId()) {
      throw new InvalidInputException(
          "The proof is about chain %d, the node is on chain %d"
              .formatted(document.chainId(), chainId));
    }
    Bytes32 sealed =
        registry
            .sealedMerkleRoot(document.releaseId())
            .orElseThrow(
                () ->
                    new VerificationException(
                        "%s of %s (%s): the registry has no such sealed release"
                            .formatted(document.name(), document.creator(), document.releaseId())));
    if (!sealed.equals(document.merkleRoot())) {
      throw new VerificationException(
          "%s of %s: the registry has Merkle root %s, the proof is under %s"
              .formatted(document.name(), document.creator(), sealed, document.merkleRoot()));
    }
  }

  /**
   * Has the contracts check the document's proof: each place of a blob by the registry, each
   * opening by {@code BlobProofs}.
   *
   * @param proofs address of that contract
   * @throws InvalidInputException when there is no such contract, or it asks another registry
   * @throws VerificationException when a contract refuses
   */
  public void requireAccepted(ProofDocument document, String proofs) {
    new OnChain(
            document.releaseId(), new BlobProofsReader(rpc, proofs, document.registry()), registry)
        .check(document.claim());
  }

  private record OnChain(Bytes32 releaseId, BlobProofsReader proofs, RegistryReader registry) {
    void check(Claim claim) {
      if (claim instanceof BlobClaim blob) {
        check(blob.blob());
      } else if (claim instanceof ElementClaim element) {
        proofs.verifyElement(releaseId, element.blob().blob(), element.opening());
      } else if (claim instanceof BytesClaim bytes) {
        check(bytes);
      } else if (claim instanceof TensorClaim tensor) {
        check(tensor.entry());
        tensor.shards().forEach(this::check);
        tensor.blobs().forEach(this::check);
      }
    }

    private void check(BlobInclusion blob) {
      if (!registry.holds(releaseId, blob)) {
        throw new VerificationException(
            "%s (%s): the registry does not find it in release %s"
                .formatted(blob, blob.commitment().versionedHash(), releaseId));
      }
    }

    private void check(BytesClaim claim) {
      for (int i = 0; i < claim.blobs().size(); i++) {
        OpenedBlob blob = claim.blobs().get(i);
        byte[] found = proofs.payload(releaseId, blob, claim.range(i));
        byte[] expected =
            claim.range(i).unpack(blob.openings().stream().map(ElementOpening::value).toList());
        if (!Arrays.equals(found, expected)) {
          throw new VerificationException(
              "%s: the contract unpacks other bytes from its field elements than this program"
                  .formatted(blob.blob()));
        }
      }
    }
  }
}
