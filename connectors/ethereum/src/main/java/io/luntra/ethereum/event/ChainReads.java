package io.luntra.ethereum.event;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.ethereum.rpc.RpcValue;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.VersionedHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Transactions and blocks that events point to, each asked for once. */
public final class ChainReads {
  // Above what any fork allows in one transaction
  private static final int MAX_BLOBS = 64;

  private final JsonRpc rpc;
  private final Map<Bytes32, List<VersionedHash>> transactions = new HashMap<>();
  private final Map<Bytes32, BlockReference> blocks = new HashMap<>();

  public ChainReads(JsonRpc rpc) {
    this.rpc = rpc;
  }

  /** The blobs of the transaction that an event comes from. */
  public List<VersionedHash> blobHashes(ContractEvent event) {
    List<VersionedHash> hashes = transactions.get(event.transaction());
    if (hashes == null) {
      hashes = readBlobHashes(event);
      transactions.put(event.transaction(), hashes);
    }
    return hashes;
  }

  private List<VersionedHash> readBlobHashes(ContractEvent event) {
    RpcValue transaction = rpc.call("eth_getTransactionByHash", event.transaction().toHex());
    same("transaction", event, event.transaction(), transaction, "hash");
    same("block of transaction", event, event.blockHash(), transaction, "blockHash");
    List<VersionedHash> hashes = new ArrayList<>();
    for (RpcValue hash : transaction.field("blobVersionedHashes").elements(MAX_BLOBS)) {
      byte[] bytes = hash.bytes32().bytes();
      if (bytes[0] != 1) {
        throw hash.malformed("a versioned hash");
      }
      hashes.add(new VersionedHash(bytes));
    }
    if (hashes.isEmpty()) {
      throw transaction.field("blobVersionedHashes").malformed("at least one versioned hash");
    }
    return List.copyOf(hashes);
  }

  /** The block that an event is in. */
  public BlockReference block(ContractEvent event) {
    BlockReference block = blocks.get(event.blockHash());
    if (block == null) {
      block =
          new BlockReference(
              event.blockNumber(),
              event.blockHash(),
              event.timestamp().orElseGet(() -> readTimestamp(event)));
      blocks.put(event.blockHash(), block);
    }
    return block;
  }

  private long readTimestamp(ContractEvent event) {
    RpcValue block =
        rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(event.blockNumber()), false);
    same("block", event, event.blockHash(), block, "hash");
    return block.field("timestamp").number();
  }

  private void same(
      String what, ContractEvent event, Bytes32 expected, RpcValue found, String field) {
    if (found.isMissing()) {
      throw new LuntraException(
          "%s: %s of transaction %s in block %d is unknown there"
              .formatted(found.where(), what, event.transaction(), event.blockNumber()));
    }
    Bytes32 value = found.field(field).bytes32();
    if (!value.equals(expected)) {
      throw new LuntraException(
          "%s: %s %s, expected %s as in the event of block %d; did the chain reorganise?"
              .formatted(found.where(), what, value, expected, event.blockNumber()));
    }
  }
}
