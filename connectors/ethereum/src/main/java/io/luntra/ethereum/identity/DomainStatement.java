package io.luntra.ethereum.identity;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.ethereum.attestation.IdentityName;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.signer.TypedData;
import io.luntra.ethereum.transaction.Signature;
import io.luntra.failure.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an account signs (EIP-712) and a domain serves: that they belong together, as readers of one
 * contract of attestations on one chain see it.
 *
 * @param account 0x and 40 hex digits; kept in lower case, as {@code attestations}
 * @param signature 0x and 130 hex digits: r, s, and 27 or 28
 */
public record DomainStatement(
    String account, String domain, long chainId, String attestations, String signature) {
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern SIGNATURE = Pattern.compile("0x[0-9a-fA-F]{130}");

  public DomainStatement {
    if (!ADDRESS.matcher(account).matches() || !ADDRESS.matcher(attestations).matches()) {
      throw new InvalidInputException("account and attestations: expected 0x and 40 hex digits");
    }
    if (!SIGNATURE.matcher(signature).matches()) {
      throw new InvalidInputException("signature: expected 0x and 130 hex digits");
    }
    if (chainId < 0) {
      throw new InvalidInputException("chainId: expected a number of at least 0");
    }
    account = account.toLowerCase(Locale.ROOT);
    attestations = attestations.toLowerCase(Locale.ROOT);
    signature = signature.toLowerCase(Locale.ROOT);
    domain = new IdentityName(IdentityName.Kind.DOMAIN, domain).name();
  }

  /** Lets an account sign. */
  public static DomainStatement sign(
      String domain, long chainId, String attestations, Signer signer) throws InterruptedException {
    Signature signature = signer.sign(typedData(signer.address(), domain, chainId, attestations));
    return new DomainStatement(
        signer.address(), domain, chainId, attestations, Hex.encode(signature.bytes()));
  }

  /** What is signed, and what a claim on chain names. */
  public Bytes32 digest() {
    return typedData(account, domain, chainId, attestations).signingHash();
  }

  /** Whether it is by this account, for this domain, and for readers of this contract. */
  boolean isAbout(String byAccount, String ofDomain, long onChain, String contract) {
    return account.equals(byAccount)
        && domain.equals(ofDomain)
        && chainId == onChain
        && attestations.equals(contract);
  }

  /**
   * The account that signed it: 0x and 40 lower-case digits.
   *
   * @throws InvalidInputException when no account did
   */
  String signer() {
    return Signature.fromBytes(Hex.decode(signature, Signature.BYTES)).signer(digest().bytes());
  }

  private static TypedData typedData(
      String account, String domain, long chainId, String attestations) {
    return TypedData.of(
        "Luntra identity",
        "1",
        chainId,
        attestations,
        "DomainStatement",
        List.of(
            new TypedData.Field("address", "account", account),
            new TypedData.Field("string", "domain", domain)));
  }
}
