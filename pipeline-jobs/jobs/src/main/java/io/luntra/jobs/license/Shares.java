package io.luntra.jobs.license;

import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.LicenseTerms.Payee;
import io.luntra.ethereum.license.LicenseTerms.Royalty;
import io.luntra.failure.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * What payees get of what the parents' royalties leave: each its percentage of it, rounded down to
 * basis points; the first what remains. With the royalties that is exactly one whole.
 */
final class Shares {
  private Shares() {}

  /**
   * Shares of the whole price.
   *
   * @param payees with their percentages, in hundredths, which add up to 10,000
   * @param royalties at most 5,000 basis points together
   * @throws InvalidInputException when a payee would get less than a basis point
   */
  static List<Payee> of(List<Payee> payees, List<Royalty> royalties) {
    int left = LicenseTerms.BPS - royalties.stream().mapToInt(Royalty::bps).sum();
    int first = left;
    List<Payee> shares = new ArrayList<>();
    for (Payee payee : payees.subList(1, payees.size())) {
      int bps = left * payee.bps() / LicenseTerms.BPS;
      first -= bps;
      shares.add(new Payee(payee.account(), bps));
    }
    shares.add(0, new Payee(payees.get(0).account(), first));
    for (Payee share : shares) {
      if (share.bps() == 0) {
        throw new InvalidInputException(
            "payees: %s would get less than a basis point of the price, since royalties leave %d"
                .formatted(share.account(), left));
      }
    }
    return List.copyOf(shares);
  }
}
