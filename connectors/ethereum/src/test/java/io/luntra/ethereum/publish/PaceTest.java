package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final BlobSchedule SCHEDULE = new BlobSchedule(14, 21);
  private static final long BASE_FEE = 320_000_000;
  private static final long RESERVE = BASE_FEE / 16;
  private static final int BLOCKS = 20;

  /** Blobs granted for so many blocks in each of which others take 4. */
  private static int granted(long blobBaseFee) {
    Pace pace = new Pace(1);
    FeeMarket market =
        new FeeMarket(
            BigInteger.valueOf(BASE_FEE), BigInteger.valueOf(blobBaseFee), BigInteger.ONE);
    int granted = 0;
    int last = 0;
    for (int number = 0; number <= BLOCKS; number++) {
      pace.included(number, last);
      double used = (4 + last) / 21.0;
      pace.observe(
          new FeeHistory(
              number, Collections.nCopies(1, market), Collections.nCopies(1, used), market),
          Optional.of(SCHEDULE));
      last = 0;
      for (int blobs = pace.grant(100); blobs > 0; blobs = pace.grant(100)) {
        pace.signed(blobs);
        last += blobs;
      }
      granted += last;
    }
    return granted;
  }

  @Test
  void fillsBlocksToTheTargetAtTheReservePrice() {
    // 10 in each block after the first, and 6 to begin with; batches are of 6.
    assertThat(granted(RESERVE)).isBetween(200, 206);
    assertThat(granted(1)).isBetween(200, 206);
  }

  @Test
  void leavesATwentiethOfTheTargetWhereBlobsAreDear() {
    assertThat(granted(RESERVE * 2)).isBetween(186, 192);
  }
}
