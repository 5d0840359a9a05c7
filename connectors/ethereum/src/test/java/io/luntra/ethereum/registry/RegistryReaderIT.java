package io.luntra.ethereum.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.contracts.ModelRegistry;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.beacon.BeaconClient;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.LocalNode;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.ethereum.rpc.RpcValue;
import io.luntra.ethereum.transaction.BlobSidecar;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SidecarVersion;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Credentials;

/** Two lanes on a real chain: interleaved, one ahead of the opening, one batch sent twice. */
class RegistryReaderIT {
  private static final ReleaseName NAME = new ReleaseName("test/two-lanes", "1.0");
  private static final ReleaseName CHILD = new ReleaseName("test/two-lanes", "1.1");
  private static final ReleaseName UNSEALED = new ReleaseName("test/unsealed", "1.0");
  private static final ReleaseName CONTESTED = new ReleaseName("test/contested", "1.0");
  private static final Bytes32 ROOT = new Bytes32(bytes32(0x77));
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);
  private static final long RECEIPT_SECONDS = 30;

  private static final Map<String, Long> NONCES = new HashMap<>();
  private static BlobSidecar[] sidecars;
  private static Kzg kzg;
  private static Devnet devnet;
  private static LocalNode tampering;
  private static Endpoint tampered;
  private static Endpoint anvil;
  private static JsonRpc rpc;
  private static Credentials first;
  private static Credentials second;

  private static byte[] bytes32(int value) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) value;
    return bytes;
  }

  @BeforeAll
  static void publish() {
    kzg = Kzg.load();
    sidecars =
        Stream.of(0, 1, 2, 3, 4, 5, 6).map(RegistryReaderIT::sidecar).toArray(BlobSidecar[]::new);
    devnet = Devnet.start(DevnetOptions.defaults());
    rpc = new JsonRpc(Endpoint.of(devnet.rpcUrl()));
    anvil = Endpoint.of(devnet.anvil().rpcUrl());
    tampering = new LocalNode();
    tampered = tampering.endpoint(1);
    first = Credentials.create(devnet.publisherKeys().get(0));
    second = Credentials.create(devnet.publisherKeys().get(1));

    Bytes32 id = ReleaseIds.of(first.getAddress(), NAME);
    Bytes32 b1 = append(second, id, Accumulator.EMPTY, 0);
    Bytes32 a1 = open(first, NAME, List.of(first, second), 6, 1, 2);
    Bytes32 b2 = append(second, id, b1, 3);
    Bytes32 a2 = append(first, id, a1, 4);
    assertThat(status(first, appendCall(id, a1), 4)).isEqualTo(0);
    Bytes32 b3 = append(second, id, b2, 1);
    List<Credentials> lanes = List.of(first, second);
    assertThat(status(first, sealCall(id, lanes, List.of(a2, b3), List.of()), 6)).isEqualTo(1);
    append(second, id, b3, 5);

    Bytes32 childId = ReleaseIds.of(first.getAddress(), CHILD);
    assertThat(status(first, collaboratorCall(second), 0)).isEqualTo(1);
    Bytes32 c1 = open(second, first, CHILD, List.of(second), 2, 3, 4);
    Function orphan = sealCall(childId, List.of(second), List.of(c1), List.of(childId));
    assertThat(status(second, orphan, 6)).isEqualTo(0);
    Function child = sealCall(childId, List.of(second), List.of(c1), List.of(id));
    assertThat(status(second, child, 6)).isEqualTo(1);
    assertThat(status(second, supersededCall(id, childId), 0)).isEqualTo(0);
    assertThat(status(first, supersededCall(id, childId), 0)).isEqualTo(1);

    open(first, UNSEALED, List.of(first), 5, 0);
    open(first, CONTESTED, List.of(first), 1, 0);
    open(second, CONTESTED, List.of(second), 1, 0);
  }

  @AfterAll
  static void stop() {
    if (tampering != null) {
      tampering.close();
    }
    if (devnet != null) {
      devnet.close();
    }
  }

  private static BlobSidecar sidecar(int value) {
    byte[] blob = new byte[BlobSidecar.BLOB_BYTES];
    blob[31] = (byte) value;
    KzgCommitment commitment = kzg.commit(blob);
    return new BlobSidecar(blob, commitment, kzg.cellProofs(blob));
  }

  private static VersionedHash hash(int sidecar) {
    return sidecars[sidecar].commitment().versionedHash();
  }

  private static List<VersionedHash> hashes(int... blobs) {
    return Arrays.stream(blobs).mapToObj(RegistryReaderIT::hash).toList();
  }

  private static Type<?> word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }

  private static Bytes32 open(
      Credentials publisher, ReleaseName name, List<Credentials> lanes, int blobs, int... carried) {
    return open(publisher, publisher, name, lanes, blobs, carried);
  }

  private static Bytes32 open(
      Credentials publisher,
      Credentials creator,
      ReleaseName name,
      List<Credentials> lanes,
      int blobs,
      int... carried) {
    List<Address> addresses = lanes.stream().map(lane -> new Address(lane.getAddress())).toList();
    Function call =
        new Function(
            ModelRegistry.FUNC_OPEN,
            List.of(
                new Address(creator.getAddress()),
                new Utf8String(name.name()),
                new Utf8String(name.version()),
                new DynamicArray<>(Address.class, addresses),
                new Uint32(blobs)),
            List.of());
    assertThat(status(publisher, call, carried)).isEqualTo(1);
    return Accumulator.next(Accumulator.EMPTY, hashes(carried));
  }

  private static Function appendCall(Bytes32 id, Bytes32 previous) {
    return new Function(ModelRegistry.FUNC_APPEND, List.of(word(id), word(previous)), List.of());
  }

  private static Bytes32 append(Credentials lane, Bytes32 id, Bytes32 previous, int... carried) {
    assertThat(status(lane, appendCall(id, previous), carried)).isEqualTo(1);
    return Accumulator.next(previous, hashes(carried));
  }

  /** Lets an account publish releases of the model of NAME. */
  private static Function collaboratorCall(Credentials account) {
    return new Function(
        ModelRegistry.FUNC_SETCOLLABORATOR,
        List.of(
            new Uint256(
                new BigInteger(1, ReleaseIds.model(first.getAddress(), NAME.name()).bytes())),
            new Address(account.getAddress()),
            new Uint8(1)),
        List.of());
  }

  private static Function supersededCall(Bytes32 id, Bytes32 successor) {
    return new Function(
        ModelRegistry.FUNC_SETSTATUS,
        List.of(word(id), new Uint8(2), word(successor), new Utf8String("a better one")),
        List.of());
  }

  private static Function sealCall(
      Bytes32 id, List<Credentials> lanes, List<Bytes32> accumulators, List<Bytes32> parents) {
    return new Function(
        ModelRegistry.FUNC_SEAL,
        List.of(
            word(id),
            word(ROOT),
            new DynamicArray<>(
                Address.class, lanes.stream().map(lane -> new Address(lane.getAddress())).toList()),
            words(accumulators),
            words(parents)),
        List.of());
  }

  private static Type<?> words(List<Bytes32> values) {
    return new DynamicArray<>(
        org.web3j.abi.datatypes.generated.Bytes32.class,
        values.stream()
            .map(value -> new org.web3j.abi.datatypes.generated.Bytes32(value.bytes()))
            .toList());
  }

  /** Sends a call in a blob transaction and gives its receipt's status. */
  private static long status(Credentials from, Function call, int... carried) {
    String encoded = FunctionEncoder.encode(call);
    long nonce = NONCES.merge(from.getAddress(), 1L, Long::sum) - 1;
    SignedBlobTransaction signed =
        new BlobTransaction(
                devnet.chainId(),
                nonce,
                GWEI,
                GWEI.multiply(BigInteger.TEN),
                1_000_000,
                devnet.registryAddress(),
                BigInteger.ZERO,
                Hex.decode(encoded, (encoded.length() - 2) / 2),
                GWEI,
                hashes(carried))
            .sign(from);
    List<BlobSidecar> carriedSidecars = Arrays.stream(carried).mapToObj(i -> sidecars[i]).toList();
    rpc.call(
        "eth_sendRawTransaction",
        Hex.encode(signed.networkForm(carriedSidecars, SidecarVersion.V1)));
    long deadline = System.nanoTime() + Duration.ofSeconds(RECEIPT_SECONDS).toNanos();
    RpcValue receipt;
    do {
      receipt = rpc.call("eth_getTransactionReceipt", signed.hash().toHex());
      assertThat(System.nanoTime()).as("receipt of %s", signed).isLessThan(deadline);
    } while (receipt.isMissing());
    return receipt.field("status").number();
  }

  private static RegistryReader reader() {
    return new RegistryReader(Endpoint.of(devnet.rpcUrl()), devnet.registryAddress());
  }

  @Test
  void readsWhatACollaboratorPublishedAndItsParents() {
    PublishedRelease release = reader().find(CHILD);
    assertThat(release.creator()).isEqualTo(first.getAddress());
    assertThat(release.publisher()).isEqualTo(second.getAddress());
    assertThat(release.parents()).containsExactly(ReleaseIds.of(first.getAddress(), NAME));
    assertThat(release.blobHashes()).isEqualTo(hashes(3, 4));
  }

  @Test
  void readsWhatStandsBesideTheRecord() {
    PublishedRelease child = reader().find(CHILD);
    ReleaseStanding active = reader().standing(child);
    assertThat(active)
        .isEqualTo(
            new ReleaseStanding(
                first.getAddress(), ReleaseStanding.Status.ACTIVE, 0, Optional.empty()));
    assertThat(active.warning()).isEmpty();

    ReleaseStanding standing = reader().standing(reader().find(NAME));
    assertThat(standing.status()).isEqualTo(ReleaseStanding.Status.SUPERSEDED);
    assertThat(standing.successor()).contains(child.releaseId());
    assertThat(standing.warning().orElseThrow())
        .matches("superseded in block \\d+, .*; its successor is release " + child.releaseId());
  }

  @Test
  void readsASealedReleaseInReleaseOrder() {
    PublishedRelease release = reader().find(NAME);

    assertThat(release.name()).isEqualTo(NAME);
    assertThat(release.creator()).isEqualTo(first.getAddress());
    assertThat(release.publisher()).isEqualTo(first.getAddress());
    assertThat(release.parents()).isEmpty();
    assertThat(release.releaseId()).isEqualTo(ReleaseIds.of(first.getAddress(), NAME));
    assertThat(release.chainId()).isEqualTo(devnet.chainId());
    assertThat(release.merkleRoot()).isEqualTo(ROOT);
    assertThat(release.lanes()).containsExactly(first.getAddress(), second.getAddress());
    assertThat(release.batches())
        .extracting(PublishedBatch::lane)
        .containsExactly(
            first.getAddress(),
            first.getAddress(),
            second.getAddress(),
            second.getAddress(),
            second.getAddress());
    assertThat(release.blobHashes()).isEqualTo(hashes(1, 2, 4, 0, 3, 1));
    assertThat(release.rootManifest().blobHashes()).isEqualTo(hashes(6));
    assertThat(reader().find(NAME, first.getAddress())).isEqualTo(release);
  }

  @Test
  void theBlobsOfARealNodeAreThoseOfTheRelease() {
    PublishedRelease release = reader().find(NAME);
    BlobFetcher fetcher = new BlobFetcher(new BeaconClient(Endpoint.of(devnet.beaconUrl())), kzg);
    for (PublishedBatch batch : release.batches()) {
      assertThat(fetcher.fetch(batch.block(), batch.blobHashes()).keySet())
          .containsExactlyElementsOf(batch.blobHashes());
    }
    assertThat(
            fetcher
                .fetch(release.rootManifest().block(), release.rootManifest().blobHashes())
                .get(hash(6)))
        .isEqualTo(sidecars[6].blob());
  }

  @Test
  void saysWhatCannotBeFound() {
    assertThatThrownBy(() -> reader().find(UNSEALED))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("not sealed");
    assertThatThrownBy(() -> reader().find(new ReleaseName(NAME.name(), "2.0")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not published; other versions: 1.0");
    assertThatThrownBy(() -> reader().find(NAME, second.getAddress()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not published under " + second.getAddress());
    assertThatThrownBy(() -> reader().find(CONTESTED))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--creator")
        .hasMessageContaining(first.getAddress())
        .hasMessageContaining(second.getAddress());
    assertThatThrownBy(() -> reader().find(CONTESTED, second.getAddress()))
        .isInstanceOf(VerificationException.class);
    RegistryReader elsewhere = new RegistryReader(Endpoint.of(devnet.rpcUrl()), first.getAddress());
    assertThatThrownBy(() -> elsewhere.find(NAME))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("No registry at " + first.getAddress());
  }

  @Test
  void catchesANodeWhoseAnswersDoNotAgree() {
    assertThatThrownBy(() -> readThrough("eth_getTransactionByHash", hash(4), hash(5)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("lane 0 (" + first.getAddress() + "), batch 1, transaction 0x")
        .hasMessageContaining("the event says");
    assertThatThrownBy(() -> readThrough("eth_getTransactionByHash", hash(6), hash(5)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("root manifest");
    Bytes32 a1 = Accumulator.next(Accumulator.EMPTY, hashes(1, 2));
    Bytes32 a2 = Accumulator.next(a1, hashes(4));
    assertThatThrownBy(
            () -> readThrough("eth_getLogs", a2.toHex().substring(2), a1.toHex().substring(2)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(a2.toHex());
  }

  @Test
  void refusesMalformedAnswersOfEveryMethod() {
    for (String method :
        List.of(
            "eth_getCode",
            "eth_call",
            "eth_blockNumber",
            "eth_getLogs",
            "eth_getTransactionByHash",
            "eth_chainId")) {
      for (String result :
          List.of("null", "{}", "[]", "[null]", "\"0x\"", "\"0xzz\"", "7", "[{\"topics\":[]}]")) {
        assertThatThrownBy(
                () ->
                    readThrough(
                        method,
                        answer -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}"))
            .as("%s gives %s", method, result)
            .isInstanceOf(LuntraException.class);
      }
      for (String answer : List.of("", "x", "[]", "null", "{\"error\":{\"code\":-1}}")) {
        assertThatThrownBy(() -> readThrough(method, real -> answer))
            .as("%s answers %s", method, answer)
            .isInstanceOf(LuntraException.class);
      }
    }
  }

  private static PublishedRelease readThrough(String method, Object original, Object changed) {
    return readThrough(
        method,
        answer -> {
          assertThat(answer.length()).isPositive();
          return answer.replace(original.toString(), changed.toString());
        });
  }

  /** Reads through a node that changes the answers of one method. */
  private static PublishedRelease readThrough(String method, UnaryOperator<String> change) {
    tampering.on(
        "/",
        exchange -> {
          byte[] request = exchange.getRequestBody().readAllBytes();
          String answer = new String(anvil.post(request, 1 << 24), StandardCharsets.UTF_8);
          boolean matches =
              new String(request, StandardCharsets.UTF_8).contains("\"" + method + "\"");
          LocalNode.write(exchange, 200, matches ? change.apply(answer) : answer);
        });
    return new RegistryReader(tampered, devnet.registryAddress()).find(NAME);
  }

  @Test
  void saysWhenNobodyAnswers() {
    String address;
    try (LocalNode node = new LocalNode()) {
      address = node.address();
    }
    Endpoint gone =
        Endpoint.of(
            "http://me:key@" + address + "/v2/key", Duration.ofSeconds(5), 1, Duration.ZERO);
    assertThatThrownBy(() -> new RegistryReader(gone, devnet.registryAddress()).find(NAME))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot be reached: http://" + address)
        .hasMessageNotContaining("key");
  }
}
