package io.luntra.devnet;

import io.luntra.blob.Hex;
import java.math.BigInteger;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.rlp.RlpDecoder;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * A raw transaction as a pool sees it, decoded with no code of the publisher: types 0 to 3.
 *
 * @param sender 0x and 40 lower-case digits
 * @param hash 0x and 64 lower-case digits
 * @param tip, feeCap wei per gas; both the gas price before EIP-1559
 * @param blobFeeCap wei per blob gas, zero without blobs
 */
record PooledTransaction(
    int type,
    String sender,
    String hash,
    long nonce,
    BigInteger tip,
    BigInteger feeCap,
    long gasLimit,
    BigInteger value,
    BigInteger blobFeeCap,
    BlobSidecar sidecar,
    int rawBytes) {
  static final int BLOB_TYPE = 3;
  private static final int BLOB_MAX_BYTES = 1 << 20;
  private static final int NORMAL_MAX_BYTES = 128 << 10;
  private static final int GAS_PER_BLOB = 131_072;
  private static final BigInteger CURVE_ORDER = Sign.CURVE_PARAMS.getN();

  /**
   * @throws PoolRefusal for whatever is not a well-formed, signed transaction of a known type
   */
  static PooledTransaction decode(byte[] raw) {
    if (raw.length == 0) {
      throw new PoolRefusal("typed transaction too short");
    }
    int type = (raw[0] & 0xff) >= 0xc0 ? 0 : raw[0] & 0xff;
    if (type > BLOB_TYPE || raw[0] == 0) {
      throw new PoolRefusal("transaction type not supported: " + (raw[0] & 0xff));
    }
    int limit = type == BLOB_TYPE ? BLOB_MAX_BYTES : NORMAL_MAX_BYTES;
    if (raw.length > limit) {
      throw new PoolRefusal(
          "oversized data: transaction size %d, limit %d".formatted(raw.length, limit));
    }
    byte[] payload = type == 0 ? raw : Arrays.copyOfRange(raw, 1, raw.length);
    RlpShape.requireList(payload);
    RlpList list = (RlpList) RlpDecoder.decode(payload).getValues().get(0);
    RlpFields fields = new RlpFields("transaction", list);
    return switch (type) {
      case 0 -> legacy(fields.requireSize(9), list, raw.length);
      case BLOB_TYPE -> blob(fields, raw.length);
      default -> typed(type, fields.requireSize(type == 1 ? 11 : 12), list, raw.length);
    };
  }

  boolean isBlob() {
    return type == BLOB_TYPE;
  }

  /** The most that it can cost: value and all gas and blob gas at their caps. */
  BigInteger worstCost() {
    return feeCap
        .multiply(BigInteger.valueOf(gasLimit))
        .add(value)
        .add(blobFeeCap.multiply(BigInteger.valueOf((long) GAS_PER_BLOB * sidecar.blobs())));
  }

  private static PooledTransaction legacy(RlpFields body, RlpList list, int rawBytes) {
    BigInteger v = body.number(6, 8);
    List<RlpType> signed = new ArrayList<>(list.getValues().subList(0, 6));
    int parity;
    if (v.bitLength() <= 5 && (v.intValue() == 27 || v.intValue() == 28)) {
      parity = v.intValue() - 27;
    } else if (v.intValue() >= 35 || v.bitLength() > 6) {
      // EIP-155: v = 35 + 2 * chain id + parity
      BigInteger[] split = v.subtract(BigInteger.valueOf(35)).divideAndRemainder(BigInteger.TWO);
      parity = split[1].intValue();
      signed.add(RlpString.create(split[0]));
      signed.add(RlpString.create(new byte[0]));
      signed.add(RlpString.create(new byte[0]));
    } else {
      throw new PoolRefusal("invalid transaction v, r, s values");
    }
    requireRecipient(body.bytes(3));
    BigInteger price = body.number(1, 32);
    return new PooledTransaction(
        0,
        sender(RlpEncoder.encode(new RlpList(signed)), parity, body, 7),
        Hex.encode(Hash.sha3(RlpEncoder.encode(list))),
        body.number(0),
        price,
        price,
        body.number(2),
        body.number(4, 32),
        BigInteger.ZERO,
        BlobSidecar.NONE,
        rawBytes);
  }

  /** {@code [chain, nonce, price | tip, cap, gas, to, value, data, access list, parity, r, s]}. */
  private static PooledTransaction typed(int type, RlpFields body, RlpList list, int rawBytes) {
    int cap = type == 1 ? 2 : 3;
    requireRecipient(body.bytes(cap + 2));
    body.list(cap + 5, "access list");
    return new PooledTransaction(
        type,
        sender(type, body, list),
        hash(type, list),
        body.number(1),
        body.number(2, 32),
        body.number(cap, 32),
        body.number(cap + 1),
        body.number(cap + 3, 32),
        BigInteger.ZERO,
        BlobSidecar.NONE,
        rawBytes);
  }

  /** The body is type 2's with {@code blob fee cap, versioned hashes} after the access list. */
  private static PooledTransaction blob(RlpFields envelope, int rawBytes) {
    if (!envelope.isList(0)) {
      throw new PoolRefusal("missing sidecar in blob transaction");
    }
    RlpList list = (RlpList) envelope.values().get(0);
    RlpFields body = new RlpFields("blob transaction", list).requireSize(14);
    RlpFields hashes = body.list(10, "blob hashes");
    if (hashes.size() == 0) {
      throw new PoolRefusal("blobless blob transaction");
    }
    if (hashes.size() > BlobSidecar.MAX_BLOBS) {
      throw new PoolRefusal(
          "too many blobs in transaction: have %d, permitted %d"
              .formatted(hashes.size(), BlobSidecar.MAX_BLOBS));
    }
    body.bytes(5, 20);
    body.list(8, "access list");
    return new PooledTransaction(
        BLOB_TYPE,
        sender(BLOB_TYPE, body, list),
        hash(BLOB_TYPE, list),
        body.number(1),
        body.number(2, 32),
        body.number(3, 32),
        body.number(4),
        body.number(6, 32),
        body.number(9, 32),
        BlobSidecar.check(envelope, hashes),
        rawBytes);
  }

  private static void requireRecipient(byte[] to) {
    if (to.length != 0 && to.length != 20) {
      throw new PoolRefusal("rlp: expected a recipient of 0 or 20 bytes, found " + to.length);
    }
  }

  private static String hash(int type, RlpList body) {
    return Hex.encode(Hash.sha3(typedBytes(type, body)));
  }

  private static String sender(int type, RlpFields body, RlpList list) {
    int signature = body.size() - 3;
    BigInteger parity = body.number(signature, 1);
    if (parity.bitLength() > 1) {
      throw new PoolRefusal("invalid transaction v, r, s values");
    }
    RlpList signed = new RlpList(list.getValues().subList(0, signature));
    return sender(typedBytes(type, signed), parity.intValue(), body, signature + 1);
  }

  private static String sender(byte[] signed, int parity, RlpFields body, int offset) {
    byte[] r = scalar(body.number(offset, 32));
    byte[] s = scalar(body.number(offset + 1, 32));
    try {
      BigInteger key =
          Sign.signedMessageHashToKey(
              Hash.sha3(signed), new Sign.SignatureData((byte) (27 + parity), r, s));
      return "0x" + Keys.getAddress(key);
    } catch (SignatureException | RuntimeException e) {
      throw new PoolRefusal("invalid sender: the signature gives no public key", e);
    }
  }

  private static byte[] scalar(BigInteger number) {
    if (number.signum() == 0 || number.compareTo(CURVE_ORDER) >= 0) {
      throw new PoolRefusal("invalid transaction v, r, s values");
    }
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, padded, 32 - length, length);
    return padded;
  }

  private static byte[] typedBytes(int type, RlpList list) {
    byte[] encoded = RlpEncoder.encode(list);
    byte[] bytes = new byte[encoded.length + 1];
    bytes[0] = (byte) type;
    System.arraycopy(encoded, 0, bytes, 1, encoded.length);
    return bytes;
  }
}
