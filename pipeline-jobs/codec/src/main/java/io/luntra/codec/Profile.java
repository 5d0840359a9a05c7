package io.luntra.codec;

import io.luntra.failure.InvalidInputException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a model is compressed. Written as a word: {@code lossless}, {@code entropy}, or {@code int8}
 * or {@code int4} with what shares a step, {@code -tensor}, {@code -row} or {@code -gN} (N weights
 * along the input dimension), and {@code -asymmetric} where the grid need not be centred on 0.
 * {@code int8} alone is per row, {@code int4} alone in groups of 32.
 *
 * @param group weights that share a step where granularity is GROUP, otherwise 0
 */
public record Profile(Kind kind, Granularity granularity, int group, boolean symmetric) {
  /** The family of a profile. */
  public enum Kind {
    /** Every bit is kept. */
    LOSSLESS,
    /** FP32, FP16 and BF16 tensors of two and more dimensions on grids of 8-bit integers. */
    INT8,
    /** The same with 4 bits. */
    INT4,
    /** The same with uniform steps that are chosen for the entropy they cost. */
    ENTROPY
  }

  /** What shares a step. */
  public enum Granularity {
    TENSOR,
    ROW,
    GROUP
  }

  public static final Profile LOSSLESS = new Profile(Kind.LOSSLESS, Granularity.ROW, 0, true);
  public static final Profile INT8 = new Profile(Kind.INT8, Granularity.ROW, 0, true);
  public static final Profile INT4 = new Profile(Kind.INT4, Granularity.GROUP, 32, true);
  public static final Profile ENTROPY = new Profile(Kind.ENTROPY, Granularity.ROW, 0, true);

  private static final Pattern INTEGER =
      Pattern.compile("int([48])(?:-(tensor|row|g([1-9][0-9]{0,3})))?(-asymmetric)?");

  public Profile {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(granularity, "granularity");
    if ((granularity == Granularity.GROUP) != (group > 0)) {
      throw new IllegalArgumentException(granularity + " of " + group);
    }
  }

  /** The word for it, in its shortest form. */
  public String id() {
    if (kind == Kind.LOSSLESS) {
      return "lossless";
    }
    if (kind == Kind.ENTROPY) {
      return "entropy";
    }
    Profile plain = kind == Kind.INT8 ? INT8 : INT4;
    String blocks = "";
    if (granularity != plain.granularity || group != plain.group) {
      blocks =
          switch (granularity) {
            case TENSOR -> "-tensor";
            case ROW -> "-row";
            case GROUP -> "-g" + group;
          };
    }
    return (kind == Kind.INT8 ? "int8" : "int4") + blocks + (symmetric ? "" : "-asymmetric");
  }

  /**
   * The profile of a word.
   *
   * @throws InvalidInputException if no profile has this name
   */
  public static Profile fromId(String id) {
    if (id.equals("lossless")) {
      return LOSSLESS;
    }
    if (id.equals("entropy")) {
      return ENTROPY;
    }
    Matcher word = INTEGER.matcher(id);
    if (!word.matches()) {
      throw new InvalidInputException(
          "Unknown profile '"
              + id
              + "': expected lossless, entropy, or int8 or int4, which may be followed by -tensor,"
              + " -row or -g32 (any group size), and by -asymmetric");
    }
    Profile plain = word.group(1).equals("8") ? INT8 : INT4;
    Granularity granularity = plain.granularity;
    int group = plain.group;
    if (word.group(2) != null) {
      granularity =
          word.group(3) != null
              ? Granularity.GROUP
              : word.group(2).equals("row") ? Granularity.ROW : Granularity.TENSOR;
      group = word.group(3) != null ? Integer.parseInt(word.group(3)) : 0;
    }
    return new Profile(plain.kind, granularity, group, word.group(4) == null);
  }
}
