package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.ethereum.node.BlobSchedule;
import io.luntra.ethereum.node.FeeHistory;
import io.luntra.ethereum.node.FeeMarket;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ForecastTest {
  private static final Optional<BlobSchedule> SCHEDULE = Optional.of(new BlobSchedule(6, 9));

  /**
   * Blocks with blob base fees of 1 to 10 wei, in falling order, a base fee of 2 and a tip of 1.
   */
  private static FeeHistory history() {
    List<FeeMarket> blocks =
        LongStream.rangeClosed(1, 10)
            .mapToObj(
                fee -> new FeeMarket(BigInteger.TWO, BigInteger.valueOf(11 - fee), BigInteger.ONE))
            .toList();
    return new FeeHistory(100, blocks, Collections.nCopies(10, 0.5), blocks.get(0));
  }

  @Test
  void aGigabyteIsWhatItsBlobsAndTheirManifestAre() {
    // 7690 blobs of 130,048 bytes; 80 bytes for each in the manifest; the root manifest.
    assertThat(Forecast.blobsOf(1_000_000_000)).isEqualTo(7690 + 5 + 1);
    assertThat(Forecast.blobsOf(1)).isEqualTo(3);
    assertThatThrownBy(() -> Forecast.blobsOf(0)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void priceIsThatOfEveryTransactionAtTheFeesOfABlock() {
    Forecast forecast = Forecast.of(14, history(), SCHEDULE, 3);

    // 13 blobs in three batches, of which the first opens, and the seal with the last blob.
    assertThat(forecast.transactions()).isEqualTo(4);
    long gas = 106_974 + 2 * 30_292 + 109_216;
    assertThat(forecast.gas()).isEqualTo(gas);
    assertThat(forecast.blobGas()).isEqualTo(14 * 131_072);
    assertThat(forecast.price(0.1)).isEqualTo(BigInteger.valueOf(3 * gas + 14 * 131_072));
    assertThat(forecast.price(0.5)).isEqualTo(BigInteger.valueOf(3 * gas + 5 * 14 * 131_072));
    assertThat(forecast.price(1)).isEqualTo(BigInteger.valueOf(3 * gas + 10 * 14 * 131_072));
  }

  @Test
  void timeFollowsFromTheBlobsOfASlot() {
    Forecast forecast = Forecast.of(14, history(), SCHEDULE, 3);

    assertThat(forecast.slots()).isEqualTo(5);
    assertThat(forecast.time()).isEqualTo(Duration.ofSeconds(60));
    assertThat(forecast.usedBlobs()).contains(4.5);
    assertThat(forecast.outlastsBlobs()).isFalse();
    assertThat(Forecast.of(131_073, history(), SCHEDULE, 1).outlastsBlobs()).isTrue();
  }

  @Test
  void whatCannotBePublishedHasNoPrice() {
    assertThatThrownBy(() -> Forecast.of(1, history(), SCHEDULE, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected 2 or more");
    assertThatThrownBy(() -> Forecast.of(10, history(), SCHEDULE, 0))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aLaneTakesFortyEightBlobsPerSlot() {
    assertThat(Forecast.lanes(0.1)).isEqualTo(1);
    assertThat(Forecast.lanes(10)).isEqualTo(1);
    assertThat(Forecast.lanes(48)).isEqualTo(1);
    assertThat(Forecast.lanes(48.1)).isEqualTo(2);
    assertThat(Forecast.lanes(128)).isEqualTo(3);
  }
}
