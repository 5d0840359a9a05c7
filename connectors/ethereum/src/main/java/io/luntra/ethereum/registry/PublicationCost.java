package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.ethereum.rpc.RpcValue;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a release's transactions cost, from their receipts.
 *
 * @param wei gas at its effective price and blob gas at its price
 */
public record PublicationCost(int transactions, long gasUsed, long blobGasUsed, BigInteger wei) {

  /** Adds up the receipts of all transactions of a release. */
  public static PublicationCost of(Endpoint rpc, PublishedRelease release) {
    Set<Bytes32> transactions = new LinkedHashSet<>();
    release.batches().forEach(batch -> transactions.add(batch.transaction()));
    transactions.add(release.rootManifest().transaction());
    JsonRpc node = new JsonRpc(rpc);
    PublicationCost cost = new PublicationCost(0, 0, 0, BigInteger.ZERO);
    for (Bytes32 transaction : transactions) {
      RpcValue receipt = node.call("eth_getTransactionReceipt", transaction.toHex());
      cost =
          cost.plus(
              receipt.field("gasUsed").number(),
              receipt.field("effectiveGasPrice").number(),
              receipt.field("blobGasUsed").number(),
              receipt.field("blobGasPrice").number());
    }
    return cost;
  }

  private PublicationCost plus(long gas, long gasPrice, long blobGas, long blobGasPrice) {
    return new PublicationCost(
        transactions + 1,
        gasUsed + gas,
        blobGasUsed + blobGas,
        wei.add(BigInteger.valueOf(gas).multiply(BigInteger.valueOf(gasPrice)))
            .add(BigInteger.valueOf(blobGas).multiply(BigInteger.valueOf(blobGasPrice))));
  }
}
