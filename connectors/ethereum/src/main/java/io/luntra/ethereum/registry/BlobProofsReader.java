package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.blob.PayloadRange;
import io.luntra.ethereum.call.ContractErrors;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.proof.BlobInclusion;
import io.luntra.proof.ElementOpening;
import io.luntra.proof.OpenedBlob;
import java.util.Locale;
import java.util.Map;
import org.web3j.crypto.Hash;

/** Has the contract {@code BlobProofs} check proofs, by calls that send nothing. */
public final class BlobProofsReader {
  private static final int MAX_ANSWER_BYTES = 1 << 18;
  private static final String BLOB = "(bytes32,uint8,uint32,bytes,bytes32[])";
  private static final String REGISTRY = Hash.sha3String("registry()");
  private static final String VERIFY_ELEMENT =
      Hash.sha3String("verifyElement(" + BLOB + ",uint256,(uint256,bytes))");
  private static final String PAYLOAD_OF =
      Hash.sha3String("payloadOf(" + BLOB + ",uint256,uint256,(uint256,bytes)[])");

  private final JsonRpc rpc;
  private final String contract;
  private final ContractErrors errors = ContractErrors.ofThisBuild();

  /**
   * A reader of one contract.
   *
   * @param contract its address, 0x and 40 hex digits
   * @param registry address of the registry that it must ask
   * @throws InvalidInputException when there is no such contract, or it asks another registry
   */
  public BlobProofsReader(Endpoint rpc, String contract, String registry) {
    this.rpc = new JsonRpc(rpc);
    this.contract = contract.toLowerCase(Locale.ROOT);
    String found = registry();
    if (!found.equals(registry.toLowerCase(Locale.ROOT))) {
      throw new InvalidInputException(
          "The contract at %s asks registry %s, expected %s"
              .formatted(this.contract, found, registry));
    }
  }

  private String registry() {
    byte[] answer;
    try {
      answer = call(REGISTRY.substring(0, 10));
    } catch (JsonRpc.RefusedException e) {
      throw notDeployed(e);
    }
    if (answer.length != Bytes32.ZERO.bytes().length) {
      throw notDeployed(null);
    }
    AbiReader reader = new AbiReader("registry of " + contract, answer);
    return reader.address(reader.bytes32());
  }

  private InvalidInputException notDeployed(Throwable cause) {
    return new InvalidInputException(
        "No BlobProofs at %s of %s: it does not say which registry it asks"
            .formatted(contract, rpc.name()),
        cause);
  }

  /**
   * Makes sure that the contract takes an opening.
   *
   * @throws VerificationException when it reverts
   */
  public void verifyElement(Bytes32 releaseId, BlobInclusion blob, ElementOpening opening) {
    String what = "field element %d of %s".formatted(opening.element(), blob);
    byte[] answer = checked(what, VERIFY_ELEMENT, ProofAbi.element(releaseId, blob, opening));
    Bytes32 versionedHash = new AbiReader(what, answer).bytes32();
    if (!versionedHash.equals(blob.commitment().versionedHash().asBytes32())) {
      throw new VerificationException(
          "%s: the contract at %s answers for blob %s, expected %s"
              .formatted(what, contract, versionedHash, blob.commitment().versionedHash()));
    }
  }

  /**
   * The payload bytes that the contract finds proven.
   *
   * @throws VerificationException when it reverts
   */
  public byte[] payload(Bytes32 releaseId, OpenedBlob opened, PayloadRange range) {
    String what = "Bytes %d to %d of %s".formatted(range.from(), range.to(), opened.blob());
    byte[] answer =
        checked(
            what,
            PAYLOAD_OF,
            ProofAbi.payload(
                releaseId, opened.blob(), range.from(), range.to(), opened.openings()));
    return new AbiReader(what, answer).bytes(range.to() - range.from());
  }

  private byte[] checked(String what, String selector, String arguments) {
    try {
      return call(selector.substring(0, 10) + arguments);
    } catch (JsonRpc.RefusedException e) {
      if (!e.isReverted()) {
        throw e;
      }
      throw new VerificationException(
          "%s: the contract at %s refuses the proof: %s"
              .formatted(what, contract, errors.describe(e.reason())),
          e);
    }
  }

  private byte[] call(String data) {
    return rpc.call("eth_call", Map.of("to", contract, "data", data), "latest")
        .bytes(MAX_ANSWER_BYTES);
  }
}
