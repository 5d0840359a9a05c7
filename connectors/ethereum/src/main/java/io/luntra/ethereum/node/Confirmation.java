package io.luntra.ethereum.node;

import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * When a block counts as one that stays.
 *
 * @param depth blocks on top of it, 0 to 1,000; −1 where the chain has to have finalized it
 */
public record Confirmation(int depth) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int FINALIZED = -1;
  private static final int MAX_DEPTH = 1_000;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");

  public Confirmation {
    if (depth < FINALIZED || depth > MAX_DEPTH) {
      throw new InvalidInputException(
          "Confirmation by %d blocks, expected 0 to %d".formatted(depth, MAX_DEPTH));
    }
  }

  /** The chain's own finality: about 13 minutes on Ethereum. */
  public static Confirmation finalized() {
    return new Confirmation(FINALIZED);
  }

  public static Confirmation depth(int blocks) {
    if (blocks < 0) {
      throw new InvalidInputException(
          "Confirmation by %d blocks, expected 0 or more".formatted(blocks));
    }
    return new Confirmation(blocks);
  }

  /** Reads {@code finalized} or a number of blocks. */
  public static Confirmation parse(String text) {
    if (text.equals("finalized")) {
      return finalized();
    }
    if (!NUMBER.matcher(text).matches()) {
      throw new InvalidInputException(
          "Confirmation \"%s\": expected finalized, or a number of blocks".formatted(text));
    }
    return depth(Integer.parseInt(text));
  }

  public boolean isFinality() {
    return depth == FINALIZED;
  }

  @Override
  public String toString() {
    return isFinality() ? "finalized" : Integer.toString(depth);
  }
}
