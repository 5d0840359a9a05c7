package io.luntra.devnet;

import java.util.List;
import java.util.stream.IntStream;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.MnemonicUtils;

/** The accounts that anvil funds: BIP-44 path m/44'/60'/0'/0/index. */
final class DevAccounts {
  private static final int HARDENED = Bip32ECKeyPair.HARDENED_BIT;

  private DevAccounts() {}

  static List<Credentials> derive(String mnemonic, int count) {
    Bip32ECKeyPair master =
        Bip32ECKeyPair.generateKeyPair(MnemonicUtils.generateSeed(mnemonic, ""));
    Bip32ECKeyPair accounts =
        Bip32ECKeyPair.deriveKeyPair(master, new int[] {44 | HARDENED, 60 | HARDENED, HARDENED, 0});
    return IntStream.range(0, count)
        .mapToObj(index -> Bip32ECKeyPair.deriveKeyPair(accounts, new int[] {index}))
        .map(Credentials::create)
        .toList();
  }
}
