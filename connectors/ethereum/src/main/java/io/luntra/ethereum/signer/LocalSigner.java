package io.luntra.ethereum.signer;

import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.CallTransaction;
import io.luntra.ethereum.transaction.Signature;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.ethereum.transaction.SignedCallTransaction;
import java.util.Objects;
import org.web3j.crypto.Credentials;

/** Signs with a private key in this process. */
public final class LocalSigner implements Signer {
  private final Credentials credentials;

  public LocalSigner(Credentials credentials) {
    this.credentials = Objects.requireNonNull(credentials, "credentials");
  }

  @Override
  public String address() {
    return credentials.getAddress();
  }

  @Override
  public SignedBlobTransaction sign(BlobTransaction transaction) {
    return transaction.sign(credentials);
  }

  @Override
  public SignedCallTransaction sign(CallTransaction transaction) {
    return transaction.sign(credentials);
  }

  @Override
  public Signature sign(TypedData data) {
    return Signature.of(data.signingHash().bytes(), credentials);
  }

  @Override
  public String toString() {
    return address();
  }
}
