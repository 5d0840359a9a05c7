package io.luntra.ethereum.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.blob.Bytes32;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventCacheTest {
  private static final EventCache.Key KEY =
      new EventCache.Key(
          7,
          word(1),
          "0x" + "ab".repeat(20),
          List.of(EventKind.TAG_SET, EventKind.BENCHMARK_ATTESTED),
          100);

  @TempDir Path folder;
  private final List<String> notices = Collections.synchronizedList(new ArrayList<>());

  private static Bytes32 word(int value) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) value;
    return new Bytes32(bytes);
  }

  private static EventCache.Content content(int events) {
    return new EventCache.Content(
        200, word(9), IntStream.range(0, events).mapToObj(EventCacheTest::event).toList());
  }

  private static ContractEvent event(int i) {
    EventKind kind = KEY.kinds().get(i % 2);
    return new ContractEvent(
        kind,
        Collections.nCopies(kind.indexed(), word(i)),
        new byte[i % 70],
        100 + i,
        word(2),
        word(3),
        i,
        i % 3 == 0 ? OptionalLong.empty() : OptionalLong.of(i));
  }

  private EventCache cache() {
    return new EventCache(folder, KEY, notices::add);
  }

  private Path file() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  private static void assertSame(EventCache.Content found, EventCache.Content expected) {
    assertThat(found).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void givesBackWhatWasStored() {
    assertThat(cache().load()).isEmpty();
    for (int events : new int[] {0, 1, 50}) {
      cache().store(content(events));
      assertSame(cache().load().orElseThrow(), content(events));
    }
    assertThat(notices).isEmpty();
  }

  /** Version 1 stays what it is: a change of the format needs another number. */
  @Test
  void theFormatIsThatOfVersionOne() throws Exception {
    byte[] file = EventCacheFile.write(KEY, content(3));
    assertThat(EventCacheFile.size(content(3))).isEqualTo(file.length);
    assertThat(new String(file, 0, 8, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("LUNTRAEV");
    assertThat(file[8]).isEqualTo((byte) 1);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file)))
        .isEqualTo("82fd292f074cb24b0359f4e7d769d5cc48c82535bd970d44339dc8ef9393404b");
  }

  @Test
  void anyChangedByteAndAnyLostByteIsNoticed() throws Exception {
    byte[] whole = EventCacheFile.write(KEY, content(5));
    cache().store(content(5));
    Path file = file();
    Random random = new Random(20261126);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 + random.nextInt(255));
      assertThrownAway(file, changed);
      assertThrownAway(file, Arrays.copyOf(whole, i));
    }
    assertThrownAway(file, Arrays.copyOf(whole, whole.length + 1));
  }

  private void assertThrownAway(Path file, byte[] bytes) throws Exception {
    Files.write(file, bytes);
    notices.clear();
    assertThat(cache().load()).isEmpty();
    assertThat(notices).hasSize(1).first().asString().contains(file + " is thrown away: ");
    assertThat(file).doesNotExist();
  }

  /** Whoever can write the file can make its checksum right, too. */
  @Test
  void aForgedFileIsReadWithinItsBoundsOrThrownAway() throws Exception {
    byte[] whole = EventCacheFile.write(KEY, content(5));
    cache().store(content(5));
    Path file = file();
    Random random = new Random(4);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] forged = Arrays.copyOf(whole, whole.length - random.nextInt(3) * random.nextInt(300));
      for (int k = random.nextInt(4); k >= 0; k--) {
        forged[random.nextInt(forged.length)] = (byte) random.nextInt(256);
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(forged, 0, forged.length - 32);
      System.arraycopy(digest.digest(), 0, forged, forged.length - 32, 32);
      Files.write(file, forged);
      Optional<EventCache.Content> read = cache().load();
      refused += read.isEmpty() ? 1 : 0;
      read.ifPresent(content -> assertThat(content.events()).hasSize(5));
    }
    assertThat(refused).isBetween(500, 2900);
  }

  @Test
  void aFileOfAnotherContractOrOfOtherKindsIsThrownAway() throws Exception {
    cache().store(content(2));
    byte[] bytes = Files.readAllBytes(file());
    EventCache.Key other =
        new EventCache.Key(
            KEY.chainId(), KEY.genesis(), KEY.contract(), List.of(EventKind.TAG_SET), 100);
    assertThat(new EventCache(folder, other, notices::add).load()).isEmpty();
    assertThat(notices).hasSize(1).first().asString().contains("another version, chain or");
    EventCache.Key chain = new EventCache.Key(8, KEY.genesis(), KEY.contract(), KEY.kinds(), 100);
    assertThat(new EventCache(folder, chain, notices::add).load()).isEmpty();
    assertThat(bytes).isNotEmpty();
  }

  @Test
  void whatCannotBeWrittenIsANotice() throws Exception {
    Path blocked = Files.writeString(folder.resolve("blocked"), "");
    new EventCache(blocked, KEY, notices::add).store(content(1));
    assertThat(notices).hasSize(1).first().asString().contains("can't be written");
  }

  @Test
  void severalWritersLeaveAWholeFile() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int events = 10 * thread;
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    cache().store(content(events));
                    assertThat(cache().load().orElseThrow().events().size() % 10).isZero();
                  }
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(notices).isEmpty();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
  }
}
