package io.luntra.ethereum.history;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.LuntraException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where branches and tags stand, out of the events of ModelReferences. */
public final class ReferenceHistory {
  /** The events that it takes. */
  public static final List<EventKind> KINDS = List.of(EventKind.BRANCH_MOVED, EventKind.TAG_SET);

  private static final int MAX_NAME_BYTES = 64;

  private final Map<Bytes32, SortedMap<String, Bytes32>> branches = new HashMap<>();
  private final Map<Bytes32, SortedMap<String, Bytes32>> tags = new HashMap<>();

  private ReferenceHistory() {}

  /**
   * What these events come to.
   *
   * @param events oldest first, all of {@link #KINDS}
   * @throws LuntraException when they are malformed
   */
  public static ReferenceHistory of(List<ContractEvent> events) {
    ReferenceHistory history = new ReferenceHistory();
    events.forEach(history::take);
    return history;
  }

  /** Branches of a model by name: the id of the release that each stands at. */
  public SortedMap<String, Bytes32> branches(Bytes32 modelId) {
    return names(branches, modelId);
  }

  /** Tags of a model by name: the id of the release that each names. */
  public SortedMap<String, Bytes32> tags(Bytes32 modelId) {
    return names(tags, modelId);
  }

  private static SortedMap<String, Bytes32> names(
      Map<Bytes32, SortedMap<String, Bytes32>> all, Bytes32 modelId) {
    return Collections.unmodifiableSortedMap(all.getOrDefault(modelId, new TreeMap<>()));
  }

  private void take(ContractEvent event) {
    AbiReader data = event.parameters();
    Bytes32 modelId = event.indexed().get(0);
    String name = EventTexts.name(event, data.text(MAX_NAME_BYTES));
    if (event.kind() == EventKind.TAG_SET) {
      tags.computeIfAbsent(modelId, id -> new TreeMap<>()).put(name, data.bytes32());
      return;
    }
    data.bytes32();
    Bytes32 head = data.bytes32();
    SortedMap<String, Bytes32> ofModel = branches.computeIfAbsent(modelId, id -> new TreeMap<>());
    if (head.equals(Bytes32.ZERO)) {
      ofModel.remove(name);
    } else {
      ofModel.put(name, head);
    }
  }
}
