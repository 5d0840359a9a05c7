package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ChainReads;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.EventKind;
import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The batches that a release's lanes appended. */
final class LaneEvents {
  private static final long EARLIER_BLOCKS = 10_000;

  private final ContractEvents logs;
  private final ChainReads chain;
  private final Bytes32 releaseId;
  private final List<String> lanes;

  LaneEvents(ContractEvents logs, ChainReads chain, Bytes32 releaseId, List<String> lanes) {
    this.logs = logs;
    this.chain = chain;
    this.releaseId = releaseId;
    this.lanes = lanes;
  }

  /**
   * Each lane's events before the seal, oldest first. A lane does not wait for the release to be
   * opened: where its events in the blocks since then do not begin with its first blob, blocks
   * before are searched, back to the registry's first.
   *
   * @param sealed each lane's last accumulator
   */
  Map<String, List<ContractEvent>> until(
      ContractEvent seal, long firstBlock, long openedAt, List<Bytes32> sealed) {
    Map<String, List<ContractEvent>> events = new LinkedHashMap<>();
    lanes.forEach(lane -> events.put(lane, new ArrayList<>()));
    prepend(events, openedAt, seal);
    long from = openedAt;
    while (from > firstBlock && isIncomplete(events, sealed)) {
      long to = from - 1;
      from = Math.max(firstBlock, from - EARLIER_BLOCKS);
      prepend(events, from, to, seal);
    }
    return events;
  }

  private void prepend(Map<String, List<ContractEvent>> events, long from, ContractEvent seal) {
    prepend(events, from, seal.blockNumber(), seal);
  }

  private void prepend(
      Map<String, List<ContractEvent>> events, long from, long to, ContractEvent seal) {
    Map<String, List<ContractEvent>> found = new LinkedHashMap<>();
    List<String> laneTopics = lanes.stream().map(ContractEvents::topic).toList();
    for (ContractEvent event :
        logs.findBetween(EventKind.BATCH_APPENDED, from, to, releaseId.toHex(), laneTopics)) {
      String lane = event.parameters().address(event.indexed().get(1));
      if (!event.indexed().get(0).equals(releaseId) || !events.containsKey(lane)) {
        throw new LuntraException(
            "Event BatchAppended in transaction %s: lane %s of release %s was not asked for"
                .formatted(event.transaction(), lane, event.indexed().get(0)));
      }
      if (event.isBefore(seal)) {
        found.computeIfAbsent(lane, key -> new ArrayList<>()).add(event);
      }
    }
    found.forEach((lane, earlier) -> events.get(lane).addAll(0, earlier));
  }

  private boolean isIncomplete(Map<String, List<ContractEvent>> events, List<Bytes32> sealed) {
    for (int i = 0; i < lanes.size(); i++) {
      List<ContractEvent> ofLane = events.get(lanes.get(i));
      if (ofLane.isEmpty()) {
        if (Accumulator.blobCount(sealed.get(i)) > 0) {
          return true;
        }
        continue;
      }
      ContractEvent first = ofLane.get(0);
      if (Accumulator.blobCount(Accumulator.of(first)) > chain.blobHashes(first).size()) {
        return true;
      }
    }
    return false;
  }
}
