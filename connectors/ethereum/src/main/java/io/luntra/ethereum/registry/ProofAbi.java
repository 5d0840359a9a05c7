package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.proof.BlobInclusion;
import io.luntra.proof.ElementOpening;
import java.math.BigInteger;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint8;

/** Proofs as arguments of the contracts' calls. */
final class ProofAbi {
  /** {@code BlobProofs.Opening}. */
  private static final class Opening extends DynamicStruct {
    Opening(ElementOpening opening) {
      super(
          new Uint256(new BigInteger(1, opening.value().bytes())),
          new DynamicBytes(opening.proof()));
    }
  }

  private ProofAbi() {}

  /** The arguments of {@code ModelRegistry.verifyBlob}, in hex. */
  static String place(Bytes32 releaseId, BlobInclusion blob) {
    return encode(
        bytes32(releaseId),
        new Uint8(blob.kind().code()),
        new Uint32(blob.index()),
        bytes32(blob.commitment().versionedHash().asBytes32()),
        siblings(blob));
  }

  /** The arguments of {@code BlobProofs.verifyElement}, in hex. */
  static String element(Bytes32 releaseId, BlobInclusion blob, ElementOpening opening) {
    return encode(blob(releaseId, blob), new Uint256(opening.element()), new Opening(opening));
  }

  /** The arguments of {@code BlobProofs.payloadOf}, in hex. */
  static String payload(
      Bytes32 releaseId, BlobInclusion blob, int from, int to, List<ElementOpening> openings) {
    return encode(
        blob(releaseId, blob),
        new Uint256(from),
        new Uint256(to),
        new DynamicArray<>(Opening.class, openings.stream().map(Opening::new).toList()));
  }

  /** {@code BlobProofs.Blob}. */
  private static DynamicStruct blob(Bytes32 releaseId, BlobInclusion blob) {
    return new DynamicStruct(
        bytes32(releaseId),
        new Uint8(blob.kind().code()),
        new Uint32(blob.index()),
        new DynamicBytes(blob.commitment().bytes()),
        siblings(blob));
  }

  private static Type<?> siblings(BlobInclusion blob) {
    return new DynamicArray<>(
        org.web3j.abi.datatypes.generated.Bytes32.class,
        blob.siblings().stream().map(ProofAbi::bytes32).toList());
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 bytes32(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }

  @SuppressWarnings("rawtypes")
  private static String encode(Type... arguments) {
    return FunctionEncoder.encodeConstructor(List.of(arguments));
  }
}
