package io.luntra.jobs.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.Use;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermsFileTest {
  @TempDir Path folder;
  private String sample;

  @BeforeEach
  void readSample() throws IOException {
    try (InputStream in = TermsFile.class.getResourceAsStream("terms.yaml")) {
      sample = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private DraftTerms read(String text) throws IOException {
    return TermsFile.read(Files.writeString(folder.resolve("terms.yaml"), text));
  }

  private static BigInteger ether(String text) {
    return new BigDecimal(text).movePointRight(18).toBigIntegerExact();
  }

  @Test
  void theSampleSaysWhatItsHeadSays() throws IOException {
    LicenseTerms terms = read(sample).with(List.of());

    Bytes32 academic = LicenseTerms.id("academic");
    Bytes32 clinic = LicenseTerms.id("clinic");
    Bytes32 hospital = LicenseTerms.id("hospital-system");
    Bytes32 eu = LicenseTerms.id("eu");
    assertThat(terms.itemPrice(Bytes32.ZERO, Bytes32.ZERO)).isEqualTo(ether("100"));
    assertThat(terms.itemPrice(academic, eu)).isZero();
    assertThat(terms.itemPrice(clinic, Bytes32.ZERO)).isEqualTo(ether("10"));
    assertThat(terms.itemPrice(clinic, eu)).isEqualTo(ether("9"));
    assertThat(terms.itemPrice(hospital, LicenseTerms.id("in"))).isEqualTo(ether("25"));
    assertThat(Use.of(terms.uses())).containsExactly(Use.RESEARCH, Use.COMMERCIAL);
    assertThat(terms.duration()).isEqualTo(365 * 86_400);
    assertThat(terms.royaltyBps()).isEqualTo(1_000);
    assertThat(terms.payees()).extracting(LicenseTerms.Payee::bps).containsExactly(6_000, 4_000);
    assertThat(terms.payees().get(0).account()).endsWith("0a11");
    assertThat(terms.attesters()).containsExactly("0x000000000000000000000000000000000000a77e");
    assertThat(terms.currency()).isEqualTo(LicenseTerms.NONE);
  }

  @Test
  void commentsAndOrderOfKeysChangeNothing() throws IOException {
    String bare = sample.replaceAll("(?m)#.*$", "");
    assertThat(read(bare)).isEqualTo(read(sample));
    assertThat(read("royalty: 5%\n" + bare.replace("royalty: 10%", "")))
        .isEqualTo(read(sample.replace("royalty: 10%", "royalty: 5.00 %")));
  }

  @Test
  void royaltiesComeBeforePayees() throws IOException {
    LicenseTerms terms =
        read(sample)
            .with(
                List.of(
                    new LicenseTerms.Royalty(LicenseTerms.id("a"), 1_000),
                    new LicenseTerms.Royalty(LicenseTerms.id("b"), 333)));
    assertThat(terms.payees()).extracting(LicenseTerms.Payee::bps).containsExactly(5_201, 3_466);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "duration: 365d|durration: 365d|line 19, column",
        "duration: 365d|durration: 365d|unknown key \"durration\"; known are uses, ",
        "academic: \"0\"|academic: \"0\"\\n  academic: \"1\"|uplicate",
        "academic: \"0\"|academic: \"-1\"|classes: academic: expected a decimal number",
        "academic: \"0\"|academic: 1e3|classes: academic: expected a decimal number",
        "academic: \"0\"|academic:|classes: academic: expected a value",
        "academic: \"0\"|Academic: \"0\"|classes: expected a word of a-z",
        "price: \"100\"|price: \"0.0000000000000000001\"|price: 0.0000000000000000001: expected at most 18",
        "price: \"100\"||price: expected a value",
        "currency: ETH|currency: 0x12|decimals: a token's are needed",
        "currency: ETH|{currency: 0x12, decimals: 6}|line 6",
        "currency: ETH|decimals: 6|decimals: ETH has 18, found 6",
        "eu: \"0.9\"|eu: \"6.5536\"|regions: eu: expected a number from 0 to 6.5535",
        "eu: \"0.9\"|eu: \"0.99999\"|regions: eu: expected a number from 0 to 6.5535",
        "duration: 365d|duration: 1y|duration: expected a time such as",
        "duration: 365d|duration: 49711d|duration: 49711d: expected at most 4294967295 seconds",
        "seats: 1|seats: 65536|seats: expected 0 to 65535",
        "seats: 1|seats: 1.5|line 20",
        "units: 0|units: 18446744073709551616|units: expected a whole number below 2^64",
        "royalty: 10%|royalty: 50.01%|royalty: expected 0 to 5000",
        "royalty: 10%|royalty: 10|royalty: expected a percentage",
        "b0b: 40%|b0b: 39.99%|payees: expected at most 8 with 100% together, found 2 with 99.99%",
        "b0b: 40%|b0b: 39.999%|expected a percentage",
        "b0b: 40%|A11: 40%|payees: 0x0000000000000000000000000000000000000a11 comes twice",
        "a77e|a77|attesters: expected 0x and 40 hex digits",
        "'# priceRule'|priceRule|priceRule and priceBounds: expected both or none",
        "'# priceBounds: [50%, 200%]'|priceRule: 0x0000000000000000000000000000000000000001\\npriceBounds: [101%, 200%]|priceBounds: expected at most 100%",
        "uses: [research, commercial]|uses: []|uses: expected one or more",
        "uses: [research, commercial]|uses: [research, research]|uses: expected one or more",
        "uses: [research, commercial]|uses: [play]|uses: expected a use of research, commercial",
      })
  void whatIsWrongIsNamedWithItsPlace(String text, String changed, String message) {
    String replacement = changed == null ? "" : changed.replace("\\n", "\n");
    assertThat(sample).contains(text);
    assertThatThrownBy(() -> read(sample.replace(text, replacement)).with(List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  /** A changed file says something or is refused; it never ends otherwise. */
  @Test
  void changedAndTruncatedFilesAreReadOrRefused() throws IOException {
    Random random = new Random(1);
    byte[] bytes = sample.replaceAll("(?m)#.*$", "").getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("terms.yaml");
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] changed = bytes.clone();
      if (i % 2 == 0) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(128);
      } else {
        changed = Arrays.copyOf(changed, random.nextInt(changed.length));
      }
      try {
        TermsFile.read(Files.write(file, changed)).with(List.of());
      } catch (InvalidInputException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 2_990);
  }

  @Test
  void whatIsNoFileOfTermsIsRefused() throws IOException {
    assertThatThrownBy(() -> read("")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> read("[".repeat(60_000))).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> read("a: &a [*a, *a]")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> read(sample + "---\n" + sample))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> read(" ".repeat(70_000)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at most 65536 bytes");
    assertThatThrownBy(() -> TermsFile.read(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("can't be read");
  }
}
