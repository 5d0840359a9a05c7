package io.luntra.bench.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedPoolTest {
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);
  private static final long GWEI = TestTransactions.GWEI;

  private final LocalSigner signer = TestTransactions.signer(0);
  private final SimulatedPool pool = new SimulatedPool(ChainSettings.CHAIN_ID, ETHER);

  private void add(SignedBlobTransaction transaction) throws Exception {
    pool.add(transaction, 7);
  }

  private void assertRefused(SignedBlobTransaction transaction, String reason) {
    assertThatThrownBy(() -> add(transaction))
        .isInstanceOf(SimulatedPool.RefusedException.class)
        .hasMessageContaining(reason);
  }

  private SignedBlobTransaction caps(long tip, long perGas, long perBlobGas) {
    return TestTransactions.at(
        signer, 0, tip, perGas, perBlobGas, TestTransactions.hashes(0, 1), new byte[0]);
  }

  @Test
  void takesSixteenOfAnAccountInTheirOrder() throws Exception {
    for (int nonce = 0; nonce < 16; nonce++) {
      assertRefused(TestTransactions.at(signer, nonce + 1, 1), "nonce too high");
      add(TestTransactions.at(signer, nonce, 1));
    }

    assertRefused(TestTransactions.at(signer, 16, 1), "account limit");
    assertThat(pool.nonce(signer.address())).isZero();
    assertThat(pool.pendingNonce(signer.address())).isEqualTo(16);
    add(TestTransactions.at(TestTransactions.signer(1), 0, 1));
  }

  @Test
  void replacesWhatAllThreeCapsAreTwiceAsHighOf() throws Exception {
    add(caps(GWEI, 10 * GWEI, 5 * GWEI));

    assertRefused(caps(GWEI, 10 * GWEI, 5 * GWEI), "already known");
    assertRefused(caps(2 * GWEI - 1, 20 * GWEI, 10 * GWEI), "replacement underpriced");
    assertRefused(caps(2 * GWEI, 20 * GWEI - 1, 10 * GWEI), "replacement underpriced");
    assertRefused(caps(2 * GWEI, 20 * GWEI, 10 * GWEI - 1), "replacement underpriced");
    add(caps(2 * GWEI, 20 * GWEI, 10 * GWEI));

    assertThat(pool.next()).hasSize(1);
    assertThat(pool.next().get(0).transaction().transaction().maxFeePerGas())
        .isEqualTo(BigInteger.valueOf(20 * GWEI));
  }

  @Test
  void theBalanceMustCoverAllCapsInFlight() throws Exception {
    // 150,000 gas at 2,000 gwei and 131,072 blob gas at 2,000 gwei: 0.56 ETH.
    add(TestTransactions.at(signer, 0, 2_000));

    assertRefused(TestTransactions.at(signer, 1, 2_000), "insufficient funds");
    assertRefused(TestTransactions.at(signer, 0, 4_000), "insufficient funds");
    add(TestTransactions.at(signer, 1, 1_000));
  }

  @Test
  void whatIsIncludedIsPaidAndItsNonceIsUsed() throws Exception {
    add(TestTransactions.at(signer, 0, 1));
    add(TestTransactions.at(signer, 1, 1));

    pool.included(pool.next().get(0), BigInteger.TEN);

    assertThat(pool.nonce(signer.address())).isEqualTo(1);
    assertThat(pool.balance(signer.address())).isEqualTo(ETHER.subtract(BigInteger.TEN));
    assertRefused(TestTransactions.at(signer, 0, 1), "nonce too low");
    assertThat(pool.next()).hasSize(1);
    List<SimulatedPool.Pending> next = pool.next();
    assertThat(next.get(0).transaction().transaction().nonce()).isEqualTo(1);
    assertThat(next.get(0).acceptedSlot()).isEqualTo(7);
  }
}
