package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.rpc.JsonRpc;
import java.util.List;
import org.web3j.protocol.Web3jService;

/** Where the batches of a lane end, as the registry's events tell it. */
public final class AppendedBatches {
  private AppendedBatches() {}

  /**
   * How many blobs the lane had after each of its batches, in order.
   *
   * @param registry address of the contract
   * @param fromBlock no batch is older
   */
  public static List<Long> blobCounts(
      Web3jService service,
      String registry,
      Bytes32 releaseId,
      String lane,
      long fromBlock,
      long toBlock) {
    return new ContractEvents(new JsonRpc(service, "the node"), registry, fromBlock)
            .findBetween(
                EventKind.BATCH_APPENDED,
                fromBlock,
                toBlock,
                releaseId.toHex(),
                ContractEvents.topic(lane))
            .stream()
            .map(event -> Accumulator.blobCount(Accumulator.of(event)))
            .toList();
  }
}
