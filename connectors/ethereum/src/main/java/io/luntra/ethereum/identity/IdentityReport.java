package io.luntra.ethereum.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who an account is, as far as it was found out.
 *
 * @param account 0x and 40 lower-case digits
 * @param findings what is verified first
 * @param unchecked how many more names it claims
 * @param skipped why nothing was checked at all
 */
public record IdentityReport(
    String account, List<IdentityFinding> findings, int unchecked, Optional<String> skipped) {
  public IdentityReport {
    findings = List.copyOf(findings);
  }

  /** One of an account that was not checked. */
  public static IdentityReport skipped(String account, String why) {
    return new IdentityReport(account, List.of(), 0, Optional.of(why));
  }

  /**
   * For people, at least one line.
   *
   * @param role what the account is to them, such as "owner"
   */
  public List<String> lines(String role) {
    String who = role + " " + account;
    if (skipped.isPresent()) {
      return List.of("%s: who it is was not checked: %s".formatted(who, skipped.get()));
    }
    if (findings.isEmpty()) {
      return List.of(who + " is nobody that you trust");
    }
    List<String> lines = new ArrayList<>();
    for (IdentityFinding finding : findings) {
      lines.add(
          finding.isVerified()
              ? "%s is %s (%s)".formatted(who, finding.identity(), finding.how())
              : "%s claims %s: NOT confirmed: %s"
                  .formatted(who, finding.identity(), finding.how()));
    }
    if (unchecked > 0) {
      lines.add("%s claims %d more names, which were not checked".formatted(who, unchecked));
    }
    return lines;
  }
}
