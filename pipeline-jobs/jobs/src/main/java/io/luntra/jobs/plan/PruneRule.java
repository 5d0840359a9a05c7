package io.luntra.jobs.plan;

import io.luntra.failure.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which weights of matrix products are set to 0. Written {@code 0.3}, the share that is pruned in
 * each tensor, {@code 0.3-global}, over all of them, or {@code 2:4}, how many of how many are kept.
 *
 * @param share that is pruned, 0 to below 1; 0 where there is a pattern
 * @param global whether the least of all tensors together are pruned
 * @param keep of a pattern
 * @param of of a pattern; 0 where there is none
 */
public record PruneRule(double share, boolean global, int keep, int of) {
  public static final PruneRule NONE = new PruneRule(0, false, 0, 0);

  private static final Pattern SHARE = Pattern.compile("(0(?:\\.[0-9]{1,6})?)(-global)?");
  private static final Pattern KEPT = Pattern.compile("([1-9]):([1-9][0-9]?)");

  /**
   * Parses what {@link #id} writes.
   *
   * @throws InvalidInputException when it is anything else
   */
  public static PruneRule fromId(String text) {
    Matcher share = SHARE.matcher(text);
    if (share.matches()) {
      return new PruneRule(Double.parseDouble(share.group(1)), share.group(2) != null, 0, 0);
    }
    Matcher kept = KEPT.matcher(text);
    if (kept.matches()) {
      int keep = Integer.parseInt(kept.group(1));
      int of = Integer.parseInt(kept.group(2));
      if (keep < of) {
        return new PruneRule(0, false, keep, of);
      }
    }
    throw new InvalidInputException(
        "Pruning \"%s\": expected a share such as 0.3 or 0.3-global, or a pattern such as 2:4"
            .formatted(text));
  }

  /** Whether nothing is pruned. */
  public boolean isNone() {
    return share == 0 && of == 0;
  }

  public String id() {
    return of > 0 ? keep + ":" + of : share + (global ? "-global" : "");
  }
}
