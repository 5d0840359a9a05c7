package io.luntra.ethereum.reference;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.ModelReferences;
import io.luntra.ethereum.call.BindingCodec;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.model.Model;
import java.math.BigInteger;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/** Calls that name releases. */
public final class ReferenceCalls {
  private final String references;
  private final ModelReferences codec;

  /**
   * Calls of one contract.
   *
   * @param references 0x and 40 lower-case digits
   */
  public ReferenceCalls(String references) {
    this.references = references;
    this.codec = BindingCodec.of(ModelReferences::load, references);
  }

  /**
   * Creates, moves or deletes a branch.
   *
   * @param from where it stands; zero where there is none. It is refused where it stands elsewhere
   * @param to where it moves; zero deletes it
   */
  public ContractCall moveBranch(Model model, String name, Bytes32 from, Bytes32 to) {
    return ContractCall.of(
        "branch %s of model %s of %s from %s to %s"
            .formatted(name, model.name(), model.creator(), shown(model, from), shown(model, to)),
        references,
        codec
            .moveBranch(uint(model.id()), new Utf8String(name), word(from), word(to))
            .encodeFunctionCall());
  }

  /** Makes a move that another account signed. */
  public ContractCall moveBranchSigned(SignedBranchMove signed) {
    BranchMove move = signed.move();
    return ContractCall.of(
        "branch %s of model %s from %s to %s, as %s signed after %d moves"
            .formatted(
                move.name(), move.modelId(), move.from(), move.to(), move.by(), move.moves()),
        references,
        codec
            .moveBranchSigned(
                new ModelReferences.BranchMove(
                    new Address(move.by()),
                    uint(move.modelId()),
                    new Utf8String(move.name()),
                    word(move.from()),
                    word(move.to()),
                    new Uint256(move.moves()),
                    new Uint256(move.deadline())),
                new DynamicBytes(signed.signature().bytes()))
            .encodeFunctionCall());
  }

  /** Names a release for good. */
  public ContractCall setTag(Model model, String name, Bytes32 releaseId) {
    return ContractCall.of(
        "tag %s of model %s of %s for %s"
            .formatted(name, model.name(), model.creator(), shown(model, releaseId)),
        references,
        codec.setTag(uint(model.id()), new Utf8String(name), word(releaseId)).encodeFunctionCall());
  }

  private static String shown(Model model, Bytes32 releaseId) {
    return releaseId.equals(Bytes32.ZERO) ? "nowhere" : model.nameOf(releaseId);
  }

  static Uint256 uint(Bytes32 id) {
    return new Uint256(new BigInteger(1, id.bytes()));
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }
}
