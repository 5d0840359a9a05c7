package io.luntra.ethereum.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.blob.Bytes32;
import io.luntra.kzg.VersionedHash;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccumulatorTest {
  @Test
  void countsBlobs() {
    VersionedHash hash = VersionedHash.fromHex("0x01" + "00".repeat(31));
    Bytes32 one = Accumulator.next(Accumulator.EMPTY, List.of(hash));
    Bytes32 three = Accumulator.next(one, List.of(hash, hash));
    assertThat(Accumulator.blobCount(Accumulator.EMPTY)).isZero();
    assertThat(Accumulator.blobCount(one)).isEqualTo(1);
    assertThat(Accumulator.blobCount(three)).isEqualTo(3);
  }
}
