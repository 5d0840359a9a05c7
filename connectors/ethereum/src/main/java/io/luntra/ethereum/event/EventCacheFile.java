package io.luntra.ethereum.event;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** The bytes of a file of events (EVENTS.md). */
final class EventCacheFile {
  private static final byte[] MAGIC = "LUNTRAEV".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int HASH_BYTES = 32;
  private static final int ADDRESS_BYTES = 20;
  private static final int HEADER_BYTES =
      MAGIC.length + 1 + 8 + HASH_BYTES + ADDRESS_BYTES + HASH_BYTES + 8 + 8 + HASH_BYTES + 4;
  private static final int EVENT_BYTES = 1 + 8 + 8 + 8 + 2 * HASH_BYTES + 4;
  private static final long NO_TIMESTAMP = -1;

  /** The bytes are none of such a file. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  private EventCacheFile() {}

  static long size(EventCache.Content content) {
    return HEADER_BYTES
        + HASH_BYTES
        + content.events().stream()
            .mapToLong(
                event ->
                    EVENT_BYTES + (long) HASH_BYTES * event.indexed().size() + event.data().length)
            .sum();
  }

  static byte[] write(EventCache.Key key, EventCache.Content content) {
    ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(size(content)));
    file.put(header(key))
        .putLong(content.lastBlock())
        .put(content.lastHash().bytes())
        .putInt(content.events().size());
    for (ContractEvent event : content.events()) {
      file.put((byte) key.kinds().indexOf(event.kind()))
          .putLong(event.blockNumber())
          .putLong(event.logIndex())
          .putLong(event.timestamp().orElse(NO_TIMESTAMP))
          .put(event.blockHash().bytes())
          .put(event.transaction().bytes());
      event.indexed().forEach(word -> file.put(word.bytes()));
      file.putInt(event.data().length).put(event.data());
    }
    file.put(sha256(file.array(), file.position()));
    return file.array();
  }

  static EventCache.Content read(EventCache.Key key, byte[] bytes) throws MalformedException {
    if (bytes.length < HEADER_BYTES + HASH_BYTES) {
      throw new MalformedException("it is cut off after %d bytes".formatted(bytes.length));
    }
    int end = bytes.length - HASH_BYTES;
    if (!Arrays.equals(sha256(bytes, end), 0, HASH_BYTES, bytes, end, bytes.length)) {
      throw new MalformedException("its checksum is not that of its bytes");
    }
    byte[] header = header(key);
    if (!Arrays.equals(header, 0, header.length, bytes, 0, header.length)) {
      throw new MalformedException("it is of another version, chain or contract");
    }
    ByteBuffer file = ByteBuffer.wrap(bytes, header.length, end - header.length);
    long lastBlock = file.getLong();
    Bytes32 lastHash = hash(file);
    int count = file.getInt();
    if (lastBlock < key.firstBlock() || count < 0 || count > file.remaining() / EVENT_BYTES) {
      throw new MalformedException("%d events up to block %d".formatted(count, lastBlock));
    }
    List<ContractEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ContractEvent event = event(key, file);
      if (event.blockNumber() < key.firstBlock()
          || event.blockNumber() > lastBlock
          || (i > 0 && !events.get(i - 1).isBefore(event))) {
        throw new MalformedException(
            "event %d, of block %d, is not in its place".formatted(i, event.blockNumber()));
      }
      events.add(event);
    }
    if (file.hasRemaining()) {
      throw new MalformedException("%d bytes follow its events".formatted(file.remaining()));
    }
    return new EventCache.Content(lastBlock, lastHash, events);
  }

  private static ContractEvent event(EventCache.Key key, ByteBuffer file)
      throws MalformedException {
    require(file, EVENT_BYTES - Integer.BYTES);
    int kindIndex = file.get();
    if (kindIndex < 0 || kindIndex >= key.kinds().size()) {
      throw new MalformedException("event of kind %d".formatted(kindIndex));
    }
    EventKind kind = key.kinds().get(kindIndex);
    long blockNumber = file.getLong();
    long logIndex = file.getLong();
    long timestamp = file.getLong();
    if (logIndex < 0 || timestamp < NO_TIMESTAMP) {
      throw new MalformedException("event %d at second %d".formatted(logIndex, timestamp));
    }
    Bytes32 blockHash = hash(file);
    Bytes32 transaction = hash(file);
    require(file, HASH_BYTES * kind.indexed() + Integer.BYTES);
    List<Bytes32> indexed = new ArrayList<>();
    for (int i = 0; i < kind.indexed(); i++) {
      indexed.add(hash(file));
    }
    int length = file.getInt();
    if (length < 0 || length > ContractEvent.MAX_DATA_BYTES) {
      throw new MalformedException("event of %d bytes".formatted(length));
    }
    require(file, length);
    byte[] data = new byte[length];
    file.get(data);
    return new ContractEvent(
        kind,
        indexed,
        data,
        blockNumber,
        blockHash,
        transaction,
        logIndex,
        timestamp == NO_TIMESTAMP ? OptionalLong.empty() : OptionalLong.of(timestamp));
  }

  private static void require(ByteBuffer file, int bytes) throws MalformedException {
    if (file.remaining() < bytes) {
      throw new MalformedException("it ends in the middle of an event");
    }
  }

  private static Bytes32 hash(ByteBuffer file) {
    byte[] hash = new byte[HASH_BYTES];
    file.get(hash);
    return new Bytes32(hash);
  }

  private static byte[] header(EventCache.Key key) {
    return ByteBuffer.allocate(MAGIC.length + 1 + 8 + HASH_BYTES + ADDRESS_BYTES + HASH_BYTES + 8)
        .put(MAGIC)
        .put(VERSION)
        .putLong(key.chainId())
        .put(key.genesis().bytes())
        .put(Hex.decode(key.contract(), ADDRESS_BYTES))
        .put(key.kindsHash().bytes())
        .putLong(key.firstBlock())
        .array();
  }

  private static byte[] sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
