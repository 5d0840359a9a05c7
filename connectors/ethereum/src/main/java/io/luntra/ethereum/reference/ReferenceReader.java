package io.luntra.ethereum.reference;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.ModelReferences;
import io.luntra.ethereum.call.BindingCodec;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.LuntraException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.datatypes.Utf8String;

/** Branches and tags of models. */
public final class ReferenceReader {
  private static final int MAX_NAME_BYTES = 64;

  private final Node node;
  private final String references;
  private final ModelReferences codec;
  private final ContractEvents events;

  /**
   * A name, and what it stands for.
   *
   * @param by the account that said so last
   * @param block in which it did
   */
  public record Reference(String name, Bytes32 releaseId, String by, long block) {}

  private ReferenceReader(Node node, String references, ContractEvents events) {
    this.node = node;
    this.references = references;
    this.codec = BindingCodec.of(ModelReferences::load, references);
    this.events = events;
  }

  /**
   * A reader of one contract.
   *
   * @param references 0x and 40 lower-case digits
   * @throws io.luntra.failure.InvalidInputException when no such contract is there
   */
  public static ReferenceReader of(Node node, String references) throws InterruptedException {
    return new ReferenceReader(
        node,
        references,
        ContractEvents.of(node.rpc(), "contract of branches and tags", references));
  }

  /** The branches that there are, in the order in which they came to be. */
  public List<Reference> branches(Model model) {
    Map<String, Reference> branches = new LinkedHashMap<>();
    for (ContractEvent event : events.find(EventKind.BRANCH_MOVED, model.id().toHex())) {
      AbiReader data = event.parameters();
      String name = name(event, data);
      data.bytes32();
      Bytes32 to = data.bytes32();
      if (to.equals(Bytes32.ZERO)) {
        branches.remove(name);
      } else {
        branches.put(name, new Reference(name, to, data.address(), event.blockNumber()));
      }
    }
    return List.copyOf(branches.values());
  }

  /** The tags, oldest first. */
  public List<Reference> tags(Model model) {
    Map<String, Reference> tags = new LinkedHashMap<>();
    for (ContractEvent event : events.find(EventKind.TAG_SET, model.id().toHex())) {
      AbiReader data = event.parameters();
      String name = name(event, data);
      Reference tag = new Reference(name, data.bytes32(), data.address(), event.blockNumber());
      if (tags.putIfAbsent(name, tag) != null) {
        throw new LuntraException(
            "Event TagSet in transaction %s: tag %s was set before, which the contract forbids"
                .formatted(event.transaction(), name));
      }
    }
    return List.copyOf(tags.values());
  }

  private static String name(ContractEvent event, AbiReader data) {
    String name = BranchMove.checkedName(data.text(MAX_NAME_BYTES));
    if (!event.indexed().get(1).toHex().equals(ContractEvents.hash(name))) {
      throw new LuntraException(
          "Event in transaction %s: name %s and its hash do not agree"
              .formatted(event.transaction(), name));
    }
    return name;
  }

  /** Where a branch stands; empty where there is none. */
  public Optional<Bytes32> head(Model model, String branch) throws InterruptedException {
    Bytes32 head =
        read(
                "branch " + branch,
                codec
                    .branch(ReferenceCalls.uint(model.id()), new Utf8String(branch))
                    .encodeFunctionCall())
            .bytes32();
    return head.equals(Bytes32.ZERO) ? Optional.empty() : Optional.of(head);
  }

  /** How often a branch was created, moved or deleted. */
  public long moves(Model model, String branch) throws InterruptedException {
    return read(
            "moves of branch " + branch,
            codec
                .moves(ReferenceCalls.uint(model.id()), new Utf8String(branch))
                .encodeFunctionCall())
        .number(Long.MAX_VALUE);
  }

  private AbiReader read(String what, String data) throws InterruptedException {
    return new AbiReader(what, node.call(references, data));
  }
}
