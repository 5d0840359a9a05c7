package io.luntra.bench.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * The registry contract ModelRegistry.sol in Java: what it keeps, and when it reverts. Of models it
 * knows that whoever opens a release has registered it; a model's id reads as zero.
 */
final class SimulatedRegistry {
  private static final int SELECTOR_DIGITS = 10;
  private static final int MAX_LANES = 16;
  private static final int MAX_ROOT_MANIFEST_BLOBS = 6;

  private static final String OPEN = selector("open(address,string,string,address[],uint32)");
  private static final String APPEND = selector("append(bytes32,bytes32)");
  private static final String SEAL =
      selector("seal(bytes32,bytes32,address[],bytes32[],bytes32[])");
  private static final String RELEASE = selector("release(bytes32)");
  private static final String ACCUMULATOR = selector("accumulator(bytes32,address)");
  private static final String DEPLOYMENT_BLOCK = selector("deploymentBlock()");

  private static final String APPENDED = Hash.sha3String("BatchAppended(bytes32,address,bytes32)");

  // Measured by "npm run gas" in contracts, the base of 21,000 included.
  private static final long OPEN_GAS = 177_168;
  private static final long APPEND_GAS = 30_348;
  private static final long SEAL_GAS = 115_055;

  private final Map<Bytes32, Release> releases = new HashMap<>();
  private final Map<Bytes32, Map<String, Bytes32>> accumulators = new HashMap<>();

  private record Release(
      String publisher,
      long blobCount,
      long sealedAtBlock,
      Bytes32 lanesDigest,
      Bytes32 merkleRoot,
      Bytes32 rootManifestDigest,
      Bytes32 accumulatorsDigest) {}

  /**
   * What a transaction did.
   *
   * @param data whether its blobs are data of a release, as all but a seal's are
   * @param log the topics of the event BatchAppended, then its data; empty without that event
   */
  record Result(boolean succeeded, long gasUsed, boolean data, List<String> log) {}

  /** A call that the contract reverts. */
  static final class Reverted extends Exception {
    private static final long serialVersionUID = 1L;

    Reverted(String reason) {
      super(reason);
    }
  }

  private static String selector(String signature) {
    return Hash.sha3String(signature).substring(0, SELECTOR_DIGITS);
  }

  /** Executes a transaction; one that reverts changes nothing and pays for its gas. */
  Result execute(String sender, byte[] data, List<VersionedHash> blobs, long block) {
    try {
      return run(sender, data, blobs, block);
    } catch (Reverted e) {
      return new Result(false, APPEND_GAS, false, List.of());
    }
  }

  /** The same, with the reason of a revert. */
  Result run(String sender, byte[] data, List<VersionedHash> blobs, long block) throws Reverted {
    String hex = Numeric.toHexString(data);
    require(hex.length() >= SELECTOR_DIGITS, "no function");
    String selector = hex.substring(0, SELECTOR_DIGITS);
    String arguments = hex.substring(SELECTOR_DIGITS);
    if (selector.equals(OPEN)) {
      return open(sender, arguments, blobs);
    }
    if (selector.equals(APPEND)) {
      Bytes32 previous = word(arguments, 1);
      return appended(sender, word(arguments, 0), previous, blobs, APPEND_GAS);
    }
    require(selector.equals(SEAL), "no function " + selector);
    return seal(sender, arguments, blobs, block);
  }

  private Result open(String sender, String arguments, List<VersionedHash> blobs) throws Reverted {
    List<Type<?>> values =
        decode(
            arguments,
            new TypeReference<Address>() {},
            new TypeReference<Utf8String>() {},
            new TypeReference<Utf8String>() {},
            new TypeReference<DynamicArray<Address>>() {},
            new TypeReference<Uint32>() {});
    String creator = ((Address) values.get(0)).getValue();
    String name = (String) values.get(1).getValue();
    String version = (String) values.get(2).getValue();
    List<String> lanes = addresses(values.get(3));
    long blobCount = ((Uint32) values.get(4)).getValue().longValueExact();
    Bytes32 id = ReleaseIds.of(creator, new ReleaseName(name, version));
    require(!releases.containsKey(id), "AlreadyOpened");
    require(!lanes.isEmpty() && lanes.size() <= MAX_LANES, "InvalidLaneCount");
    require(lanes.get(0).equals(sender), "FirstLaneNotCaller");
    require(new HashSet<>(lanes).size() == lanes.size(), "DuplicateLane");
    require(creator.equals(sender), "NotAllowed");
    require(blobs.size() <= blobCount, "BlobCountTooSmall");
    Result result = appended(sender, id, Accumulator.EMPTY, blobs, OPEN_GAS);
    releases.put(
        id,
        new Release(
            sender, blobCount, 0, lanesDigest(lanes), Bytes32.ZERO, Bytes32.ZERO, Bytes32.ZERO));
    return result;
  }

  private Result appended(
      String sender, Bytes32 id, Bytes32 previous, List<VersionedHash> blobs, long gas)
      throws Reverted {
    require(accumulator(id, sender).equals(previous), "AccumulatorMismatch");
    require(!blobs.isEmpty(), "NoBlobs");
    Bytes32 next = Accumulator.next(previous, blobs);
    accumulators.computeIfAbsent(id, release -> new HashMap<>()).put(sender, next);
    return new Result(
        true, gas, true, List.of(APPENDED, id.toHex(), addressWord(sender), next.toHex()));
  }

  private Result seal(String sender, String arguments, List<VersionedHash> blobs, long block)
      throws Reverted {
    List<Type<?>> values =
        decode(
            arguments,
            new TypeReference<org.web3j.abi.datatypes.generated.Bytes32>() {},
            new TypeReference<org.web3j.abi.datatypes.generated.Bytes32>() {},
            new TypeReference<DynamicArray<Address>>() {},
            new TypeReference<DynamicArray<org.web3j.abi.datatypes.generated.Bytes32>>() {},
            new TypeReference<DynamicArray<org.web3j.abi.datatypes.generated.Bytes32>>() {});
    Bytes32 id = new Bytes32((byte[]) values.get(0).getValue());
    Bytes32 merkleRoot = new Bytes32((byte[]) values.get(1).getValue());
    List<String> lanes = addresses(values.get(2));
    List<Bytes32> found = new ArrayList<>();
    for (Object word : (List<?>) values.get(3).getValue()) {
      found.add(new Bytes32(((org.web3j.abi.datatypes.generated.Bytes32) word).getValue()));
    }
    Release release = releases.get(id);
    require(release != null, "NotOpened");
    require(release.publisher().equals(sender), "NotPublisher");
    require(release.sealedAtBlock() == 0, "AlreadySealed");
    require(!merkleRoot.equals(Bytes32.ZERO), "NoMerkleRoot");
    require(release.lanesDigest().equals(lanesDigest(lanes)), "LanesMismatch");
    require(lanes.size() == found.size(), "AccumulatorCountMismatch");
    long count = 0;
    for (int i = 0; i < lanes.size(); i++) {
      require(accumulator(id, lanes.get(i)).equals(found.get(i)), "AccumulatorMismatch");
      count += Accumulator.blobCount(found.get(i));
    }
    require(count == release.blobCount(), "BlobCountMismatch");
    require(((List<?>) values.get(4).getValue()).isEmpty(), "parents are not simulated");
    require(!blobs.isEmpty(), "NoBlobs");
    require(blobs.size() <= MAX_ROOT_MANIFEST_BLOBS, "TooManyRootManifestBlobs");
    releases.put(
        id,
        new Release(
            sender,
            count,
            block,
            release.lanesDigest(),
            merkleRoot,
            digest(blobs.stream().map(VersionedHash::asBytes32).toList()),
            digest(found)));
    return new Result(true, SEAL_GAS, false, List.of());
  }

  /**
   * Answers a call that changes nothing, as the ABI encodes it.
   *
   * @param data 0x, selector and arguments
   */
  String call(String data) throws Reverted {
    require(data.length() >= SELECTOR_DIGITS, "no function");
    String selector = data.substring(0, SELECTOR_DIGITS);
    String arguments = data.substring(SELECTOR_DIGITS);
    if (selector.equals(RELEASE)) {
      return encode(releases.get(word(arguments, 0)));
    }
    if (selector.equals(ACCUMULATOR)) {
      return accumulator(word(arguments, 0), address(word(arguments, 1))).toHex();
    }
    require(selector.equals(DEPLOYMENT_BLOCK), "no function " + selector);
    return number(0).toHex();
  }

  Bytes32 accumulator(Bytes32 id, String lane) {
    return accumulators.getOrDefault(id, Map.of()).getOrDefault(lane, Accumulator.EMPTY);
  }

  private static String encode(Release release) {
    if (release == null) {
      return "0x" + "00".repeat(9 * 32);
    }
    StringBuilder words = new StringBuilder(addressWord(release.publisher()));
    for (Bytes32 word :
        List.of(
            number(release.blobCount()),
            number(release.sealedAtBlock()),
            Bytes32.ZERO,
            release.lanesDigest(),
            release.merkleRoot(),
            release.rootManifestDigest(),
            release.accumulatorsDigest(),
            Bytes32.ZERO)) {
      words.append(word.toHex().substring(2));
    }
    return words.toString();
  }

  private static Bytes32 number(long value) {
    return Bytes32.fromHex(TypeEncoder.encode(new Uint256(java.math.BigInteger.valueOf(value))));
  }

  private static String addressWord(String address) {
    return "0x" + "0".repeat(24) + Numeric.cleanHexPrefix(address);
  }

  private static String address(Bytes32 word) {
    return "0x" + word.toHex().substring(2 + 24);
  }

  private static Bytes32 word(String arguments, int index) throws Reverted {
    require(arguments.length() >= 64 * (index + 1), "arguments too short");
    return Bytes32.fromHex(arguments.substring(64 * index, 64 * (index + 1)));
  }

  private static List<String> addresses(Type<?> array) {
    List<String> addresses = new ArrayList<>();
    for (Object address : (List<?>) array.getValue()) {
      addresses.add(((Address) address).getValue());
    }
    return addresses;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<Type<?>> decode(String arguments, TypeReference<?>... types) {
    return FunctionReturnDecoder.decode(arguments, (List) Arrays.asList(types));
  }

  private static Bytes32 lanesDigest(List<String> lanes) {
    return digest(
        lanes.stream().map(SimulatedRegistry::addressWord).map(Bytes32::fromHex).toList());
  }

  private static Bytes32 digest(List<Bytes32> words) {
    ByteBuffer preimage = ByteBuffer.allocate(32 * words.size());
    words.forEach(word -> preimage.put(word.bytes()));
    return new Bytes32(Hash.sha3(preimage.array()));
  }

  private static void require(boolean condition, String reason) throws Reverted {
    if (!condition) {
      throw new Reverted(reason);
    }
  }
}
