package io.luntra.contracts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * The contracts of this build, and where they stand on every chain: a contract's address follows
 * from its bytecode, its constructor's argument and a fixed salt alone (CREATE2, EIP-1014), whoever
 * deploys it. So a reader knows the addresses without asking anybody, and what stands there is what
 * this build holds.
 *
 * @param registry the registry itself
 * @param references branches and tags of its models
 * @param attestations statements about its releases, and about accounts
 * @param market licenses of its releases
 * @param proofs what its releases' blobs hold
 */
public record Deployment(
    Contract registry,
    Contract references,
    Contract attestations,
    Contract market,
    Contract proofs) {
  /**
   * Creates what it is called with: 32 bytes of salt, then creation code. A contract without an
   * owner that stands at this address on nearly all chains, deployed by a transaction that nobody
   * has the key of.
   */
  public static final String PROXY = "0x4e59b44847b379578588920ca78fbf26c0b4956c";

  private static final byte[] SALT = new byte[32];

  /**
   * A contract to be deployed.
   *
   * @param name of the Solidity contract
   * @param address 0x and 40 lower-case digits
   * @param creationCode bytecode and constructor argument; not copied and not to be changed
   */
  public record Contract(String name, String address, byte[] creationCode) {

    static Contract of(String name, String binary, String argument) {
      byte[] creationCode = Numeric.hexStringToByteArray(binary + argument);
      return new Contract(name, addressOf(creationCode), creationCode);
    }

    /** What {@link Deployment#PROXY} is called with to create it. */
    public byte[] deploymentData() {
      return concatenated(SALT, creationCode);
    }

    /** The ABI as solc gives it, in JSON. */
    public String abi() {
      try (InputStream in = Deployment.class.getResourceAsStream(name + ".abi")) {
        return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** With the registry of this build. */
  public static Deployment ofThisBuild() {
    return with(Contract.of("ModelRegistry", ModelRegistry.BINARY, ""));
  }

  /**
   * Beside another registry.
   *
   * @param registry 0x and 40 hex digits
   */
  public static Deployment beside(String registry) {
    Contract known = Contract.of("ModelRegistry", ModelRegistry.BINARY, "");
    String address = registry.toLowerCase(Locale.ROOT);
    return address.equals(known.address())
        ? with(known)
        : with(new Contract(known.name(), address, known.creationCode()));
  }

  private static Deployment with(Contract registry) {
    String argument = "0".repeat(24) + Numeric.cleanHexPrefix(registry.address());
    return new Deployment(
        registry,
        Contract.of("ModelReferences", ModelReferences.BINARY, argument),
        Contract.of("Attestations", Attestations.BINARY, argument),
        Contract.of("LicenseMarket", LicenseMarket.BINARY, argument),
        Contract.of("BlobProofs", BlobProofs.BINARY, argument));
  }

  /** In an order in which they can be deployed. */
  public List<Contract> contracts() {
    return List.of(registry, references, attestations, market, proofs);
  }

  private static String addressOf(byte[] creationCode) {
    byte[] hash =
        Hash.sha3(
            concatenated(
                new byte[] {(byte) 0xff},
                Numeric.hexStringToByteArray(PROXY),
                SALT,
                Hash.sha3(creationCode)));
    return Numeric.toHexString(Arrays.copyOfRange(hash, 12, 32));
  }

  private static byte[] concatenated(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
