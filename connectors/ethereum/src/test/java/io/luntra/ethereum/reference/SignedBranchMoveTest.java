package io.luntra.ethereum.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.failure.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;

class SignedBranchMoveTest {
  private static final String CONTRACT = "0x" + "c0".repeat(20);
  private static final LocalSigner SIGNER =
      new LocalSigner(Credentials.create("0x" + "5".repeat(64)));

  private SignedBranchMove signed;
  private byte[] json;

  @BeforeEach
  void sign() throws InterruptedException {
    BranchMove move =
        new BranchMove(
            SIGNER.address(),
            Bytes32.fromHex("f1".repeat(32)),
            "main",
            Bytes32.ZERO,
            Bytes32.fromHex("02".repeat(32)),
            3,
            1_800_000_000L);
    signed = SignedBranchMove.sign(31_337, CONTRACT, move, SIGNER);
    json = signed.toJson();
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(SignedBranchMove.fromJson(json)).isEqualTo(signed);
  }

  @Test
  void noChangedByteGivesAnotherMove() {
    Random random = new Random(20_262);
    for (int i = 0; i < 3_000; i++) {
      byte[] changed = json.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(SignedBranchMove.fromJson(changed)).isEqualTo(signed);
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageStartingWith("Not a signed move of a branch");
      }
    }
  }

  @Test
  void noPartOfAFilePasses() {
    for (int length = 0; length < json.length; length++) {
      byte[] part = Arrays.copyOf(json, length);
      assertThatThrownBy(() -> SignedBranchMove.fromJson(part))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void longFilesAreRefused() {
    assertThatThrownBy(() -> SignedBranchMove.fromJson(new byte[SignedBranchMove.MAX_BYTES + 1]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected at most 8192");
  }
}
