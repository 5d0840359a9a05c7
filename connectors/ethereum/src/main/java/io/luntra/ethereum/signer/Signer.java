package io.luntra.ethereum.signer;

import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;

/**
 * Signs for one account. A key management service can stand behind it: nothing else of Luntra sees
 * a key. Used by one thread.
 */
public interface Signer {
  /** The account, 0x and 40 lower-case digits. */
  String address();

  /**
   * Signs exactly this transaction. The same transaction may be signed twice, and may come out with
   * another signature then.
   *
   * @throws io.luntra.failure.LuntraException when nothing, or something else, was signed; without
   *     a word about the key
   */
  SignedBlobTransaction sign(BlobTransaction transaction) throws InterruptedException;
}
