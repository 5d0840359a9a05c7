package io.luntra.ethereum.event;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A file of a contract's events up to a block that is final, so that they are read from a node once
 * (EVENTS.md). It only grows, by being replaced as a whole: two processes may share it. A file that
 * is anything else than what this version writes is thrown away, with a notice.
 */
final class EventCache {
  static final long MAX_BYTES = 512L << 20;

  /**
   * Which events a cache holds.
   *
   * @param contract 0x and 40 lower-case digits
   * @param kinds in the order of their numbers in the file, at most 127
   * @param firstBlock the contract's first
   */
  record Key(
      long chainId, Bytes32 genesis, String contract, List<EventKind> kinds, long firstBlock) {
    Key {
      kinds = List.copyOf(kinds);
    }

    /** Keccak-256 of the kinds' topics. */
    Bytes32 kindsHash() {
      return Keccak.hash(
          kinds.stream().map(kind -> Bytes32.fromHex(kind.topic()).bytes()).toArray(byte[][]::new));
    }
  }

  /**
   * All events up to a block.
   *
   * @param events oldest first
   */
  record Content(long lastBlock, Bytes32 lastHash, List<ContractEvent> events) {
    Content {
      events = List.copyOf(events);
    }
  }

  private final Path file;
  private final Key key;
  private final Consumer<String> notices;

  /**
   * @param notices takes what a user should know, one line each
   */
  EventCache(Path folder, Key key, Consumer<String> notices) {
    this.file =
        folder
            .resolve(key.chainId() + "-" + key.genesis().toHex().substring(2, 18))
            .resolve(key.contract() + ".events");
    this.key = key;
    this.notices = notices;
  }

  /** What the file holds; empty where there is none, or it was thrown away. */
  Optional<Content> load() {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new EventCacheFile.MalformedException(
            "%d bytes, at most %d".formatted(size, MAX_BYTES));
      }
      return Optional.of(EventCacheFile.read(key, Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (EventCacheFile.MalformedException | IOException e) {
      discard(e.getMessage());
      return Optional.empty();
    }
  }

  /** Deletes the file, with a notice. */
  void discard(String reason) {
    notices.accept("Cache %s is thrown away: %s".formatted(file, reason));
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      notices.accept("Cache %s can't be deleted: %s".formatted(file, e));
    }
  }

  /** Replaces the file. That it can't be written is a notice, too: it only costs time. */
  void store(Content content) {
    if (EventCacheFile.size(content) > MAX_BYTES) {
      notices.accept("Cache %s would be larger than %d bytes".formatted(file, MAX_BYTES));
      return;
    }
    try {
      Files.createDirectories(file.getParent());
      Path written = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".new");
      try {
        Files.write(written, EventCacheFile.write(key, content));
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(written);
      }
    } catch (IOException e) {
      notices.accept("Cache %s can't be written: %s".formatted(file, e));
    }
  }
}
