package io.luntra.ethereum.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.license.Use;
import io.luntra.ethereum.registry.ReleaseStanding.Status;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Int256;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint8;

/** What events as the contracts emit them come to, and that no others are believed. */
class HistoryTest {
  private static final String ALICE = "0x" + "aa".repeat(20);
  private static final String BOB = "0x" + "bb".repeat(20);
  private static final String NOBODY = "0x" + "00".repeat(20);
  private static final ReleaseName ONE = new ReleaseName("a/model", "1");
  private static final ReleaseName TWO = new ReleaseName("a/model", "2");

  private final List<ContractEvent> events = new ArrayList<>();

  private static Bytes32 word(int value) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) value;
    return new Bytes32(bytes);
  }

  private static Bytes32 word(String address) {
    return Bytes32.fromHex("0".repeat(24) + address.substring(2));
  }

  private static Type<?> abi(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }

  private static Type<?> abi(List<Bytes32> values) {
    return new DynamicArray<>(
        org.web3j.abi.datatypes.generated.Bytes32.class,
        values.stream()
            .map(value -> new org.web3j.abi.datatypes.generated.Bytes32(value.bytes()))
            .toList());
  }

  @SuppressWarnings("rawtypes")
  private void emit(EventKind kind, List<Bytes32> indexed, Type<?>... data) {
    String hex = FunctionEncoder.encodeConstructor(Arrays.<Type>asList(data));
    emit(kind, indexed, Hex.decode(hex, hex.length() / 2));
  }

  private void emit(EventKind kind, List<Bytes32> indexed, byte[] data) {
    int block = events.size() + 1;
    events.add(
        new ContractEvent(
            kind, indexed, data, block, word(block), word(100 + block), 0, OptionalLong.of(block)));
  }

  private static Bytes32 id(ReleaseName name) {
    return ReleaseIds.of(ALICE, name);
  }

  private static Bytes32 model() {
    return ReleaseIds.model(ALICE, ONE.name());
  }

  private void transfer(String from, String to) {
    emit(EventKind.TRANSFER, List.of(word(from), word(to), model()));
  }

  private void open(ReleaseName name) {
    emit(
        EventKind.RELEASE_OPENED,
        List.of(id(name), word(ALICE), word(1)),
        new Utf8String(name.name()),
        new Utf8String(name.version()),
        new DynamicArray<>(Address.class, List.of(new Address(BOB))),
        new Uint32(3));
  }

  private void seal(ReleaseName name, Bytes32... parents) {
    emit(
        EventKind.RELEASE_SEALED,
        List.of(id(name)),
        abi(word(5)),
        abi(List.of(Bytes32.fromHex("01" + "06".repeat(31)))),
        abi(List.of(word(7))),
        abi(List.of(parents)));
  }

  private void status(ReleaseName name, int status, Bytes32 successor, String reason) {
    emit(
        EventKind.STATUS_SET,
        List.of(id(name), word(BOB)),
        new Uint8(status),
        abi(successor),
        new Utf8String(reason));
  }

  private void twoReleases() {
    transfer(NOBODY, ALICE);
    open(ONE);
    seal(ONE);
    open(TWO);
    seal(TWO, id(ONE));
  }

  @Test
  void modelsHaveTheirReleasesOwnersAndStatus() {
    twoReleases();
    transfer(ALICE, BOB);
    status(ONE, 3, Bytes32.ZERO, "first");
    status(ONE, 2, id(TWO), "second");
    open(new ReleaseName("a/model", "open"));

    RegistryHistory history = RegistryHistory.of(events);
    ModelHistory model = history.find("a/model", Optional.empty());
    assertThat(history.models()).containsExactly(model);
    assertThat(model.owner()).isEqualTo(BOB);
    assertThat(model.creator()).isEqualTo(ALICE);
    assertThat(model.transfers()).extracting(ModelHistory.Transfer::from).containsExactly(ALICE);
    assertThat(model.releases()).extracting(SealedRelease::name).containsExactly(ONE, TWO);
    assertThat(model.newest().parents()).containsExactly(id(ONE));
    assertThat(model.newest().publisher()).isEqualTo(BOB);
    assertThat(model.newest().status()).isEqualTo(Status.ACTIVE);
    SealedRelease one = history.release(id(ONE)).orElseThrow();
    assertThat(one.status()).isEqualTo(Status.SUPERSEDED);
    assertThat(one.standing().orElseThrow().successor()).contains(id(TWO));
    assertThat(one.standing().orElseThrow().reason()).isEqualTo("second");
    assertThatThrownBy(() -> history.find("a/model", Optional.of(BOB)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("under " + BOB);
  }

  @Test
  void contradictionsAreRefused() {
    assertRefused(test -> test.open(ONE), "was opened before");
    assertRefused(test -> test.seal(ONE), "was sealed before");
    assertRefused(test -> test.seal(new ReleaseName("a/model", "3")), "was never opened");
    assertRefused(
        test -> {
          test.open(new ReleaseName("a/model", "3"));
          test.seal(new ReleaseName("a/model", "3"), word(9));
        },
        "is not sealed");
    assertRefused(test -> test.transfer(BOB, ALICE), "is not its owner");
    assertRefused(
        test -> test.status(new ReleaseName("a/model", "3"), 1, Bytes32.ZERO, ""), "is not sealed");
    assertRefused(test -> test.status(ONE, 4, Bytes32.ZERO, ""), "expected at most 3");
    assertRefused(test -> test.status(ONE, 1, Bytes32.ZERO, "x".repeat(257)), "at most 256");
  }

  private static void assertRefused(Consumer<HistoryTest> more, String message) {
    HistoryTest test = new HistoryTest();
    test.twoReleases();
    more.accept(test);
    assertThatThrownBy(() -> RegistryHistory.of(test.events))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining(message);
  }

  private void branch(String name, Bytes32 from, Bytes32 to) {
    emit(
        EventKind.BRANCH_MOVED,
        List.of(model(), word(1)),
        new Utf8String(name),
        abi(from),
        abi(to),
        new Address(ALICE));
  }

  @Test
  void branchesStandWhereTheyWereMovedLast() {
    branch("main", Bytes32.ZERO, word(1));
    branch("main", word(1), word(2));
    branch("gone", Bytes32.ZERO, word(1));
    branch("gone", word(1), Bytes32.ZERO);
    emit(
        EventKind.TAG_SET,
        List.of(model(), word(1)),
        new Utf8String("v1"),
        abi(word(1)),
        new Address(ALICE));

    ReferenceHistory history = ReferenceHistory.of(events);
    assertThat(history.branches(model())).hasSize(1).containsEntry("main", word(2));
    assertThat(history.tags(model())).hasSize(1).containsEntry("v1", word(1));
    assertThat(history.branches(word(1))).isEmpty();
    branch("\u001b[2J", Bytes32.ZERO, word(1));
    assertThatThrownBy(() -> ReferenceHistory.of(events))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("does not match")
        .hasMessageNotContaining("\u001b");
  }

  private void attest(int id, String benchmark, long value) {
    emit(
        EventKind.BENCHMARK_ATTESTED,
        List.of(word(id), id(ONE), word(BOB)),
        new Utf8String(benchmark),
        new Utf8String("accuracy"),
        new Int256(value),
        abi(Bytes32.ZERO));
  }

  private void revoke(int id, String evaluator) {
    emit(
        EventKind.BENCHMARK_REVOKED, List.of(word(id), word(evaluator)), new Utf8String("mistake"));
  }

  @Test
  void onlyWhoSaidItRevokesAResult() {
    attest(1, "one", 875_000_000);
    attest(2, "two", -1);
    attest(3, "three", 0);
    revoke(1, ALICE);
    revoke(2, BOB);

    assertThat(BenchmarkHistory.of(events).of(id(ONE)))
        .extracting(result -> result.benchmark() + " " + result.value().toPlainString())
        .containsExactly("one 0.875", "three 0");
    attest(4, "four\n", 1);
    assertThatThrownBy(() -> BenchmarkHistory.of(events)).isInstanceOf(LuntraException.class);
  }

  /** Version, offset, then the head of the terms: all of it that is read here. */
  private void publish(int version, int uses, BigInteger price) {
    emit(
        EventKind.TERMS_PUBLISHED,
        List.of(id(ONE), word(1)),
        new Uint32(version),
        new Uint32(64),
        new Uint8(uses),
        new Address(NOBODY),
        new Uint256(price),
        new Uint32(512),
        new Uint32(544),
        new Uint32(3600));
  }

  @Test
  void anOfferIsThatOfTheLatestTerms() {
    publish(1, 1, BigInteger.ONE);
    publish(2, 5, BigInteger.TEN);
    ReleaseOffer offer = OfferHistory.of(events).of(id(ONE)).orElseThrow();
    assertThat(offer)
        .isEqualTo(
            new ReleaseOffer(
                2,
                List.of(Use.RESEARCH, Use.REDISTRIBUTION),
                Optional.empty(),
                BigInteger.TEN,
                3600));

    emit(EventKind.TERMS_WITHDRAWN, List.of(id(ONE)), new Uint32(2));
    assertThat(OfferHistory.of(events).of(id(ONE))).isEmpty();
    publish(3, 16, BigInteger.ONE);
    assertThatThrownBy(() -> OfferHistory.of(events)).isInstanceOf(LuntraException.class);
    events.clear();
    publish(1, 1, BigInteger.ONE.shiftLeft(128));
    assertThatThrownBy(() -> OfferHistory.of(events))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("below 2^128");
  }

  @Test
  void changedAndTruncatedDataIsReadWithinItsBoundsOrRefused() {
    twoReleases();
    status(ONE, 1, Bytes32.ZERO, "reason");
    List<ContractEvent> registry = List.copyOf(events);
    events.clear();
    branch("main", Bytes32.ZERO, word(1));
    List<ContractEvent> references = List.copyOf(events);
    events.clear();
    attest(1, "one", 1);
    List<ContractEvent> attestations = List.copyOf(events);
    events.clear();
    publish(1, 1, BigInteger.ONE);
    List<ContractEvent> market = List.copyOf(events);

    mutate(registry, RegistryHistory::of);
    mutate(references, ReferenceHistory::of);
    mutate(attestations, BenchmarkHistory::of);
    mutate(market, OfferHistory::of);
  }

  private static void mutate(List<ContractEvent> events, Consumer<List<ContractEvent>> read) {
    Random random = new Random(27);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      List<ContractEvent> mutated = new ArrayList<>(events);
      int index = random.nextInt(events.size());
      ContractEvent event = events.get(index);
      byte[] data = event.data().clone();
      if (data.length > 0 && random.nextBoolean()) {
        data[random.nextInt(data.length)] = (byte) random.nextInt(256);
      } else {
        data = Arrays.copyOf(data, random.nextInt(data.length + 1));
      }
      mutated.set(
          index,
          new ContractEvent(
              event.kind(),
              event.indexed(),
              data,
              event.blockNumber(),
              event.blockHash(),
              event.transaction(),
              event.logIndex(),
              event.timestamp()));
      try {
        read.accept(mutated);
      } catch (LuntraException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(400);
  }
}
