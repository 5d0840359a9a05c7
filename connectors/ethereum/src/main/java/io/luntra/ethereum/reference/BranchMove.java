package io.luntra.ethereum.reference;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.signer.TypedData;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A move of a branch that an account signs for anybody to submit.
 *
 * @param by the account whose role counts, 0x and 40 hex digits; kept in lower case
 * @param modelId of the model's token
 * @param from where the branch stands; zero where there is no such branch
 * @param to where it moves; zero deletes it
 * @param moves how often it was moved before
 * @param deadline last block timestamp at which it may happen, seconds since 1970
 */
public record BranchMove(
    String by, Bytes32 modelId, String name, Bytes32 from, Bytes32 to, long moves, long deadline) {
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._/-]{0,63}");

  public BranchMove {
    if (!ADDRESS.matcher(by).matches() || moves < 0 || deadline < 0) {
      throw new InvalidInputException(
          "Move by \"%s\" after %d moves until %d".formatted(by, moves, deadline));
    }
    by = by.toLowerCase(Locale.ROOT);
    checkedName(name);
  }

  /**
   * A name of a branch or a tag.
   *
   * @throws InvalidInputException when it is none
   */
  public static String checkedName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "Name \"%s\" does not match %s".formatted(name, NAME.pattern()));
    }
    return name;
  }

  /** What the account signs, for one contract on one chain. */
  TypedData typedData(long chainId, String references) {
    return TypedData.of(
        "Luntra references",
        "1",
        chainId,
        references,
        "BranchMove",
        List.of(
            new TypedData.Field("address", "by", by),
            new TypedData.Field("uint256", "modelId", number(modelId)),
            new TypedData.Field("string", "name", name),
            new TypedData.Field("bytes32", "from", from.toHex()),
            new TypedData.Field("bytes32", "to", to.toHex()),
            new TypedData.Field("uint256", "moves", Long.toString(moves)),
            new TypedData.Field("uint256", "deadline", Long.toString(deadline))));
  }

  private static String number(Bytes32 id) {
    return new BigInteger(1, id.bytes()).toString();
  }
}
