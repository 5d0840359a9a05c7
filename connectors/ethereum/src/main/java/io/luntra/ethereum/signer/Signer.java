package io.luntra.ethereum.signer;

import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.CallTransaction;
import io.luntra.ethereum.transaction.Signature;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.ethereum.transaction.SignedCallTransaction;

/**
 * Signs for one account. A key management service can stand behind it: nothing else of Luntra sees
 * a key. Used by one thread.
 *
 * <p>Each method signs exactly what it is given. The same may be signed twice, and may come out
 * with another signature then. Each throws a {@link io.luntra.failure.LuntraException} when
 * nothing, or something else, was signed; without a word about the key.
 */
public interface Signer {
  /** The account, 0x and 40 lower-case digits. */
  String address();

  SignedBlobTransaction sign(BlobTransaction transaction) throws InterruptedException;

  SignedCallTransaction sign(CallTransaction transaction) throws InterruptedException;

  Signature sign(TypedData data) throws InterruptedException;
}
