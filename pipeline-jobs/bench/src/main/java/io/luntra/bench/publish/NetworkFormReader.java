package io.luntra.bench.publish;

import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads what {@code eth_sendRawTransaction} takes since Osaka: {@code 0x03 || rlp([body, 0x01,
 * blobs, commitments, cell_proofs])} (EIP-7594). Everything is checked but the proofs themselves.
 */
final class NetworkFormReader {
  private static final int BLOB_BYTES = 131_072;
  private static final int TYPE = 3;

  private final byte[] bytes;
  private int position;

  private NetworkFormReader(byte[] bytes, int position) {
    this.bytes = bytes;
    this.position = position;
  }

  /** The transaction inside, without blobs and proofs. */
  static SignedBlobTransaction read(byte[] bytes) {
    check(bytes.length > 1 && bytes[0] == TYPE, "type");
    NetworkFormReader reader = new NetworkFormReader(bytes, 1);
    check(reader.list() == bytes.length, "length");

    int start = reader.position;
    reader.position = reader.list();
    byte[] body = Arrays.copyOfRange(bytes, start - 1, reader.position);
    body[0] = TYPE;
    SignedBlobTransaction transaction = SignedBlobTransaction.decode(body);

    check(reader.position < bytes.length && bytes[reader.position++] == 1, "sidecar version");
    int blobs = transaction.transaction().blobVersionedHashes().size();
    reader.strings(blobs, BLOB_BYTES, "blobs");
    int commitments = reader.strings(blobs, KzgCommitment.BYTES, "commitments");
    for (VersionedHash hash : transaction.transaction().blobVersionedHashes()) {
      // Each is a string of 48 bytes after a header of one byte.
      byte[] commitment = Arrays.copyOfRange(bytes, commitments + 1, commitments + 49);
      check(new KzgCommitment(commitment).versionedHash().equals(hash), "commitments");
      commitments += 1 + KzgCommitment.BYTES;
    }
    reader.strings(blobs * Kzg.CELLS_PER_EXT_BLOB, Kzg.PROOF_BYTES, "cell proofs");
    check(reader.position == bytes.length, "length");
    return transaction;
  }

  /** Goes past a list of so many strings of so many bytes; returns where the first begins. */
  private int strings(int count, int length, String what) {
    int end = list();
    int first = position;
    for (int i = 0; i < count; i++) {
      check(position < end, what);
      int stringEnd = item(0x80);
      check(stringEnd - position == length && stringEnd <= end, what);
      position = stringEnd;
    }
    check(position == end, what);
    return first;
  }

  /** Goes into a list; returns where it ends. */
  private int list() {
    return item(0xc0);
  }

  private int item(int offset) {
    check(position < bytes.length, "length");
    int code = (bytes[position++] & 0xff) - offset;
    check(code >= 0 && code <= 0x3f, "an item");
    long length = code;
    if (code > 55) {
      int lengthBytes = code - 55;
      check(lengthBytes <= 4 && position + lengthBytes <= bytes.length, "length");
      length = new BigInteger(1, bytes, position, lengthBytes).longValue();
      position += lengthBytes;
    }
    check(length <= bytes.length - position, "length");
    return position + (int) length;
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new InvalidInputException("Network form of a blob transaction: unexpected " + what);
    }
  }
}
