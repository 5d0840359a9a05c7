package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.node.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the parts of one publication share.
 *
 * @param runs by release id, smallest first
 */
record Session(
    Publisher.Setup setup,
    Network network,
    Node node,
    Witnesses witnesses,
    RegistryCalls calls,
    Broadcast broadcast,
    List<Lane> lanes,
    Map<Bytes32, ReleaseRun> runs,
    Ledger ledger,
    FeeWatch fees,
    Pace pace,
    Waiting waiting) {

  PublishPolicy policy() {
    return setup.policy();
  }

  Journal journal() {
    return setup.journal();
  }

  PublishListener listener() {
    return setup.listener();
  }

  Instant now() {
    return setup.pacer().now();
  }

  boolean allDone() {
    return runs.values().stream().allMatch(ReleaseRun::isDone);
  }
}
