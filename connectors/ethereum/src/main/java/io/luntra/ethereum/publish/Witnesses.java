package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.NodeException;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Nodes that are asked one by one before a batch counts as confirmed: of those that answer, more
 * than half have to see its transaction in the same block. So one node that lies, or is stuck, is
 * outvoted by two, and stops two.
 */
final class Witnesses {
  private static final Duration SILENT_FOR = Duration.ofMinutes(10);

  private final List<Witness> witnesses;
  private final Pacer pacer;

  private Witnesses(List<Witness> witnesses, Pacer pacer) {
    this.witnesses = witnesses;
    this.pacer = pacer;
  }

  static Witnesses of(List<EndpointService> services, Pacer pacer) {
    return new Witnesses(
        services.stream()
            .map(service -> new Witness(service.name(), Node.askedOnce(service, pacer)))
            .toList(),
        pacer);
  }

  /** What too many of them say against a batch's inclusion; empty when it may be confirmed. */
  Optional<String> objection(JournaledBatch batch) throws InterruptedException {
    int seen = 0;
    List<String> against = new ArrayList<>();
    for (Witness witness : witnesses) {
      Optional<Boolean> answer = witness.sees(batch, pacer);
      if (answer.isPresent() && answer.get()) {
        seen++;
      } else if (answer.isPresent()) {
        against.add(witness.name);
      }
    }
    if (seen > against.size() || against.isEmpty()) {
      return Optional.empty();
    }
    Inclusion where = batch.inclusion().orElseThrow();
    return Optional.of(
        "nodes disagree: %d of %d do not see transaction %s in block %d (%s): %s"
            .formatted(
                against.size(),
                seen + against.size(),
                where.transaction(),
                where.blockNumber(),
                where.blockHash(),
                String.join(", ", against)));
  }

  private static final class Witness {
    private final String name;
    private final Node node;
    private Instant silentUntil = Instant.MIN;

    Witness(String name, Node node) {
      this.name = name;
      this.node = node;
    }

    /** Empty while it gives no answer; then it is left alone for a while. */
    Optional<Boolean> sees(JournaledBatch batch, Pacer pacer) throws InterruptedException {
      if (pacer.now().isBefore(silentUntil)) {
        return Optional.empty();
      }
      Bytes32 block = batch.inclusion().orElseThrow().blockHash();
      try {
        Optional<Node.Receipt> receipt = node.receipt(included(batch));
        return Optional.of(
            receipt.isPresent() && receipt.get().inclusion().blockHash().equals(block));
      } catch (NodeException e) {
        silentUntil = pacer.now().plus(SILENT_FOR);
        return Optional.empty();
      }
    }

    private static SignedBlobTransaction included(JournaledBatch batch) {
      Bytes32 hash = batch.inclusion().orElseThrow().transaction();
      return batch.attempts().stream()
          .filter(attempt -> attempt.hash().equals(hash))
          .findFirst()
          .orElseThrow();
    }
  }
}
