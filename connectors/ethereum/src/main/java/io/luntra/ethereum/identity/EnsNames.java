package io.luntra.ethereum.identity;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.rpc.AbiReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.web3j.crypto.Hash;

/** Names of the Ethereum Name Service (EIP-137, EIP-181), without those kept off the chain. */
final class EnsNames {
  /** Where its registry is on Ethereum and its test networks. */
  static final String REGISTRY = "0x00000000000c2e074ec69a0dfb2997ba6c7d2e1e";

  private static final String NOBODY = "0x" + "0".repeat(40);
  private static final String RESOLVER = selector("resolver(bytes32)");
  private static final String ADDR = selector("addr(bytes32)");
  private static final String NAME = selector("name(bytes32)");
  private static final int MAX_NAME_BYTES = 255;

  private final Node node;

  EnsNames(Node node) {
    this.node = node;
  }

  private static String selector(String signature) {
    return Hash.sha3String(signature).substring(0, 10);
  }

  /** EIP-137; labels are taken as they are. */
  static Bytes32 namehash(String name) {
    Bytes32 hash = Bytes32.ZERO;
    String[] labels = name.isEmpty() ? new String[0] : name.split("\\.", -1);
    for (int i = labels.length - 1; i >= 0; i--) {
      Bytes32 label = Keccak.hash(labels[i].getBytes(StandardCharsets.UTF_8));
      hash = Keccak.hash(hash.bytes(), label.bytes());
    }
    return hash;
  }

  /** Whether this chain has the service. */
  boolean isThere() throws InterruptedException {
    return node.hasCode(REGISTRY);
  }

  /** The account that a name stands for, 0x and 40 lower-case digits. */
  Optional<String> account(String name) throws InterruptedException {
    Bytes32 hash = namehash(name);
    Optional<String> resolver = resolver(hash);
    return resolver.isEmpty()
        ? Optional.empty()
        : address(ask("addr of " + name, resolver.get(), ADDR, hash));
  }

  /** The name that an account says it goes by first; from a stranger. */
  Optional<String> primaryName(String account) throws InterruptedException {
    Bytes32 hash = namehash(account.substring(2) + ".addr.reverse");
    Optional<String> resolver = resolver(hash);
    if (resolver.isEmpty()) {
      return Optional.empty();
    }
    String name = ask("name of " + account, resolver.get(), NAME, hash).text(MAX_NAME_BYTES);
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  private Optional<String> resolver(Bytes32 hash) throws InterruptedException {
    return address(ask("resolver of " + hash, REGISTRY, RESOLVER, hash));
  }

  private AbiReader ask(String what, String contract, String selector, Bytes32 hash)
      throws InterruptedException {
    return new AbiReader("ENS, " + what, node.call(contract, selector + hash.toHex().substring(2)));
  }

  private static Optional<String> address(AbiReader answer) {
    String address = answer.address();
    return address.equals(NOBODY) ? Optional.empty() : Optional.of(address);
  }
}
