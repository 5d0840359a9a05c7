package io.luntra.ethereum.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttestationCallsTest {
  private static final AttestationCalls CALLS = new AttestationCalls("0x" + "c0".repeat(20));

  private static String data(String value) {
    return Hex.encode(
        CALLS
            .attestBenchmark(
                "m@1", Bytes32.ZERO, "MMLU", "accuracy", new BigDecimal(value), Bytes32.ZERO)
            .data());
  }

  @ParameterizedTest
  @CsvSource({
    "0.875,00000000000000000000000000000000000000000000000000000000342770c0",
    "-0.000000001,ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "1e3,000000000000000000000000000000000000000000000000000000e8d4a51000"
  })
  void valuesAreInBillionths(String value, String word) {
    // Selector, then release, two offsets, the value.
    assertThat(data(value).substring(2 + 8 + 3 * 64, 2 + 8 + 4 * 64)).isEqualTo(word);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0000000001", "1e70", "1e999999999", "-1e999999999", "1e-999999999"})
  void valuesThatTheContractCanNotHoldAreRefused(String value) {
    assertThatThrownBy(() -> data(value))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("Value: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", ".a", "a.", "-a", "a-", "A.org", "a b", "ä.org"})
  void namesOfDomainsAreTheContracts(String name) {
    assertThatThrownBy(() -> new IdentityName(IdentityName.Kind.DOMAIN, name))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void namesOfInstitutionsArePrintable() {
    assertThat(new IdentityName(IdentityName.Kind.INSTITUTION, "ETH Zurich"))
        .hasToString("\"ETH Zurich\"");
    assertThatThrownBy(() -> new IdentityName(IdentityName.Kind.INSTITUTION, "a\u001bb"))
        .isInstanceOf(InvalidInputException.class);
  }
}
