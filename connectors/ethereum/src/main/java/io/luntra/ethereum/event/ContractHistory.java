package io.luntra.ethereum.event;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.ethereum.rpc.RpcValue;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All events of contracts up to the block that was the newest when it was made: those of final
 * blocks from a cache, as far as that goes. The RPC node is trusted for what is on the chain, as
 * with the reader of the registry.
 */
public final class ContractHistory {
  /** How deep a block is taken for final where the node knows no finalized one. */
  static final long FINAL_DEPTH = 64;

  private static final int ATTEMPTS = 3;

  private record Block(long number, Bytes32 hash) {}

  private final JsonRpc rpc;
  private final Path cacheFolder;
  private final Consumer<String> notices;
  private final long chainId;
  private final Bytes32 genesis;
  private Block head;

  /**
   * Of the chain behind an endpoint.
   *
   * @param cacheFolder made when it is needed
   * @param notices takes what a user should know, one line each
   * @throws InvalidInputException when nobody answers at the endpoint
   */
  public ContractHistory(Endpoint rpc, Path cacheFolder, Consumer<String> notices) {
    this.rpc = new JsonRpc(rpc);
    this.cacheFolder = cacheFolder;
    this.notices = notices;
    this.chainId = this.rpc.call("eth_chainId").number();
    this.genesis = require(0).hash();
    this.head = newest();
  }

  public long chainId() {
    return chainId;
  }

  /** The block that all events are read up to. */
  public long head() {
    return head.number();
  }

  /** Whether there is any contract at an address. */
  public boolean hasCode(String address) {
    return DeployedContract.hasCode(rpc, address);
  }

  /**
   * A contract's events, oldest first.
   *
   * @param name of what the contract is, for messages
   * @param contract 0x and 40 lower-case digits
   * @param kinds always the same of one contract: what is cached is of these
   * @throws InvalidInputException when no such contract is there
   * @throws LuntraException when the node answers with what cannot be
   */
  public List<ContractEvent> events(String name, String contract, List<EventKind> kinds) {
    ContractEvents reader = ContractEvents.of(rpc, name, contract);
    long first = reader.firstBlock();
    EventCache cache =
        new EventCache(
            cacheFolder, new EventCache.Key(chainId, genesis, contract, kinds, first), notices);
    Optional<EventCache.Content> cached = cache.load();
    if (cached.isPresent() && !isOnChain(cached.get())) {
      cache.discard(
          "the chain has another block %d than %s"
              .formatted(cached.get().lastBlock(), cached.get().lastHash()));
      cached = Optional.empty();
    }
    List<ContractEvent> known = cached.map(EventCache.Content::events).orElse(List.of());
    long from = cached.map(content -> content.lastBlock() + 1).orElse(first);
    for (int attempt = 1; ; attempt++) {
      Optional<Block> last = lastFinal();
      List<ContractEvent> events = new ArrayList<>(known);
      events.addAll(reader.findAll(kinds, from, head.number()));
      if (find(head.number()).filter(head::equals).isPresent()) {
        last.filter(block -> block.number() >= from)
            .ifPresent(block -> cache.store(upTo(block, events)));
        return events;
      }
      if (attempt == ATTEMPTS) {
        throw new LuntraException(
            "%s: the chain reorganised while the events of %s were read, %d times"
                .formatted(rpc.name(), contract, ATTEMPTS));
      }
      head = newest();
    }
  }

  /** The block that an event is in. */
  public BlockReference block(ContractEvent event) {
    return new ChainReads(rpc).block(event);
  }

  private boolean isOnChain(EventCache.Content content) {
    return content.lastBlock() <= head.number()
        && find(content.lastBlock())
            .filter(block -> block.hash().equals(content.lastHash()))
            .isPresent();
  }

  private static EventCache.Content upTo(Block last, List<ContractEvent> events) {
    return new EventCache.Content(
        last.number(),
        last.hash(),
        events.stream().filter(event -> event.blockNumber() <= last.number()).toList());
  }

  /** The newest block that is final, at most the head. */
  private Optional<Block> lastFinal() {
    Optional<Block> finalized = finalized();
    if (finalized.isPresent()) {
      return finalized.filter(last -> last.number() <= head.number());
    }
    return head.number() < FINAL_DEPTH ? Optional.empty() : find(head.number() - FINAL_DEPTH);
  }

  /** Empty where the node knows of none. */
  private Optional<Block> finalized() {
    RpcValue block;
    try {
      block = rpc.call("eth_getBlockByNumber", "finalized", false);
    } catch (JsonRpc.RefusedException e) {
      return Optional.empty();
    }
    return block.isMissing() ? Optional.empty() : Optional.of(block(block));
  }

  private Block newest() {
    return require(rpc.call("eth_blockNumber").number());
  }

  private Block require(long number) {
    return find(number)
        .orElseThrow(
            () ->
                new LuntraException("%s: block %d is unknown there".formatted(rpc.name(), number)));
  }

  private Optional<Block> find(long number) {
    RpcValue block = rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
    if (block.isMissing()) {
      return Optional.empty();
    }
    Block found = block(block);
    if (found.number() != number) {
      throw block.field("number").malformed("block " + number);
    }
    return Optional.of(found);
  }

  private static Block block(RpcValue block) {
    return new Block(block.field("number").number(), block.field("hash").bytes32());
  }
}
