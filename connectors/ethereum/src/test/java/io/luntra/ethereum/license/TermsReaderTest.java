package io.luntra.ethereum.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.generated.Uint32;

class TermsReaderTest {
  private static final int WORD = 32;

  private static byte[] event(LicenseTerms terms) {
    return TermsStruct.encode(new Uint32(7), TermsStruct.of(terms));
  }

  private static LicenseTerms read(byte[] data) {
    return TermsReader.read("here", data);
  }

  private static void assertRefused(byte[] data) {
    assertThatThrownBy(() -> read(data))
        .isInstanceOf(LuntraException.class)
        .hasMessageStartingWith("here: malformed data");
  }

  @Test
  void readsWhatWasEncoded() {
    RandomTerms random = new RandomTerms(1);
    for (int i = 0; i < 500; i++) {
      LicenseTerms terms = random.next();
      assertThat(read(event(terms))).isEqualTo(terms);
    }
  }

  @Test
  void changedBytesGiveOtherTermsOrARefusalAndNeverTheSame() {
    RandomTerms random = new RandomTerms(2);
    Random positions = new Random(2);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      LicenseTerms terms = random.next();
      byte[] data = event(terms);
      int position = WORD + positions.nextInt(data.length - WORD);
      data[position] ^= (byte) (1 + positions.nextInt(255));
      try {
        LicenseTerms found = read(data);
        assertThat(found.hash()).isNotEqualTo(terms.hash());
        assertThat(event(found)).containsExactly(withVersion(data));
      } catch (LuntraException e) {
        assertThat(e).hasMessageStartingWith("here: malformed data");
        refused++;
      }
    }
    assertThat(refused).isBetween(500, 2_900);
  }

  private static byte[] withVersion(byte[] data) {
    byte[] copy = data.clone();
    Arrays.fill(copy, 0, WORD, (byte) 0);
    copy[WORD - 1] = 7;
    return copy;
  }

  @Test
  void whatIsCutOffOrAddedIsRefused() {
    byte[] data = event(new RandomTerms(3).next());
    for (int length = 0; length < data.length; length++) {
      assertRefused(Arrays.copyOf(data, length));
    }
    assertRefused(Arrays.copyOf(data, data.length + 1));
    assertRefused(Arrays.copyOf(data, data.length + WORD));
  }

  @Test
  void arbitraryBytesAreRefused() {
    Random random = new Random(4);
    for (int i = 0; i < 1_000; i++) {
      byte[] data = new byte[WORD * random.nextInt(100)];
      random.nextBytes(data);
      assertRefused(data);
    }
  }

  @Test
  void announcedLengthsAreCheckedBeforeMemoryIsTaken() {
    RandomTerms random = new RandomTerms(5);
    LicenseTerms terms = random.next();
    byte[] data = event(terms);
    int classes = WORD * (2 + 16);
    Arrays.fill(data, classes + 28, classes + WORD, (byte) 0x7f);
    assertThatThrownBy(() -> read(data))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("number 2139062143 at byte 512, expected at most 16");
  }

  @Test
  void termsThatTheContractRefusesAreNone() {
    LicenseTerms terms = new RandomTerms(6).next();
    List<LicenseTerms.Payee> nine = new ArrayList<>();
    nine.addAll(Collections.nCopies(9, terms.payees().get(0)));
    assertThatThrownBy(() -> withPayees(terms, nine)).hasMessageContaining("payees");
    assertThatThrownBy(() -> withPayees(terms, List.of())).hasMessageContaining("payees");
    assertThatThrownBy(
            () ->
                withPayees(
                    terms, List.of(new LicenseTerms.Payee(terms.payees().get(0).account(), 9_999))))
        .hasMessageContaining("shares");
  }

  private static LicenseTerms withPayees(LicenseTerms terms, List<LicenseTerms.Payee> payees) {
    return new LicenseTerms(
        terms.uses(),
        terms.currency(),
        BigInteger.ONE,
        terms.classes(),
        terms.regions(),
        terms.duration(),
        terms.seats(),
        terms.units(),
        terms.unitPrice(),
        terms.attesters(),
        terms.priceRule(),
        terms.minPriceBps(),
        terms.maxPriceBps(),
        terms.royaltyBps(),
        payees,
        List.of());
  }
}
