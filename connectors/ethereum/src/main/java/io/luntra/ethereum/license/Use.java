package io.luntra.ethereum.license;

import io.luntra.failure.InvalidInputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a license allows, in the order of the contract's bits. */
public enum Use {
  RESEARCH(1),
  COMMERCIAL(2),
  REDISTRIBUTION(4),
  DERIVATIVES(8);

  /** The mask of all. */
  static final int ALL = 15;

  private final int bit;

  Use(int bit) {
    this.bit = bit;
  }

  /** Such as {@code research}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The use of this id.
   *
   * @throws InvalidInputException when there is none
   */
  public static Use fromId(String id) {
    return Arrays.stream(values())
        .filter(use -> use.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "expected a use of %s, found \"%s\""
                        .formatted(
                            Arrays.stream(values()).map(Use::id).collect(Collectors.joining(", ")),
                            id)));
  }

  /** The contract's mask. */
  public static int mask(Collection<Use> uses) {
    return uses.stream().mapToInt(use -> use.bit).reduce(0, (a, b) -> a | b);
  }

  /** The uses of a mask. */
  public static List<Use> of(int mask) {
    return Arrays.stream(values()).filter(use -> (mask & use.bit) != 0).toList();
  }
}
