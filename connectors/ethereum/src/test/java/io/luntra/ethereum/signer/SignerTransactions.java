package io.luntra.ethereum.signer;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.web3j.utils.Numeric;

/** Transactions to sign, and what a signing service reads. */
final class SignerTransactions {
  static final String TO = "0x00000000000000000000000000000000000a11ce";

  private SignerTransactions() {}

  static BlobTransaction transaction(int blobs, byte[] data) {
    List<VersionedHash> hashes = new ArrayList<>();
    for (int i = 0; i < blobs; i++) {
      byte[] hash = new byte[32];
      hash[0] = 1;
      hash[31] = (byte) i;
      hashes.add(new VersionedHash(hash));
    }
    return transaction(hashes, data);
  }

  static BlobTransaction transaction(List<VersionedHash> hashes, byte[] data) {
    return new BlobTransaction(
        31337,
        7,
        BigInteger.ONE,
        BigInteger.TEN.pow(20),
        100_000,
        TO,
        BigInteger.ZERO,
        data,
        BigInteger.TWO,
        hashes);
  }

  /** Reads the parameters of eth_signTransaction. */
  static BlobTransaction read(JsonNode parameters) {
    List<VersionedHash> hashes = new ArrayList<>();
    parameters
        .get("blobVersionedHashes")
        .forEach(hash -> hashes.add(VersionedHash.fromHex(hash.textValue())));
    return new BlobTransaction(
        number(parameters, "chainId").longValueExact(),
        number(parameters, "nonce").longValueExact(),
        number(parameters, "maxPriorityFeePerGas"),
        number(parameters, "maxFeePerGas"),
        number(parameters, "gas").longValueExact(),
        parameters.get("to").textValue(),
        number(parameters, "value"),
        HexFormat.of().parseHex(parameters.get("data").textValue().substring(2)),
        number(parameters, "maxFeePerBlobGas"),
        hashes);
  }

  private static BigInteger number(JsonNode parameters, String field) {
    return Numeric.decodeQuantity(parameters.get(field).textValue());
  }
}
