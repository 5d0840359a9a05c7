package io.luntra.blob;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeccakTest {
  @Test
  void isTheHashOfTheChain() {
    assertThat(Keccak.hash().toHex())
        .isEqualTo("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assertThat(Keccak.hash("Transfer(address,address,uint256)".getBytes(US_ASCII)).toHex())
        .isEqualTo("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
  }

  @Test
  void joinsItsParts() {
    assertThat(Keccak.hash("ab".getBytes(US_ASCII), "c".getBytes(US_ASCII)))
        .isEqualTo(Keccak.hash("abc".getBytes(US_ASCII)));
  }
}
