package io.luntra.jobs.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.LicenseTerms.Payee;
import io.luntra.ethereum.license.LicenseTerms.Royalty;
import io.luntra.failure.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static Payee payee(int number, int bps) {
    return new Payee("0x%040x".formatted(number), bps);
  }

  @Property
  void sharesAndRoyaltiesAreAlwaysOneWhole(
      @ForAll @Size(max = 7) List<@IntRange(min = 2, max = 1_400) Integer> others,
      @ForAll @Size(max = 8) List<@IntRange(max = 625) Integer> asked) {
    List<Payee> payees = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      payees.add(payee(i + 1, others.get(i)));
    }
    payees.add(0, payee(99, LicenseTerms.BPS - others.stream().mapToInt(Integer::intValue).sum()));
    List<Royalty> royalties =
        asked.stream().map(bps -> new Royalty(LicenseTerms.id("parent"), bps)).toList();
    int owed = asked.stream().mapToInt(Integer::intValue).sum();

    List<Payee> shares = Shares.of(payees, royalties);

    assertThat(shares.stream().mapToInt(Payee::bps).sum() + owed).isEqualTo(LicenseTerms.BPS);
    for (int i = 0; i < payees.size(); i++) {
      assertThat(shares.get(i).account()).isEqualTo(payees.get(i).account());
      // In ten-thousandths of a basis point.
      int exact = (LicenseTerms.BPS - owed) * payees.get(i).bps();
      int found = shares.get(i).bps() * LicenseTerms.BPS;
      if (i == 0) {
        assertThat(found - exact).isBetween(0, 7 * LicenseTerms.BPS);
      } else {
        assertThat(exact - found).isBetween(0, LicenseTerms.BPS - 1);
      }
    }
  }

  @Test
  void aShareOfNothingIsRefused() {
    List<Payee> payees = List.of(payee(1, 9_999), payee(2, 1));
    assertThat(Shares.of(payees, List.of())).isEqualTo(payees);
    assertThatThrownBy(() -> Shares.of(payees, List.of(new Royalty(LicenseTerms.id("parent"), 1))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("less than a basis point");
  }
}
