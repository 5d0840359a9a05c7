package io.luntra.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.luntra.blob.BlobPacker;
import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.manifest.SampleManifest.Written;
import io.luntra.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final Written SMALL = SampleManifest.write(SampleManifest.small());
  private static final Written DELTA =
      SampleManifest.write(SampleManifest.DELTA, SampleManifest.delta());

  @Test
  void isReadAsItWasWritten() {
    assertThat(SampleManifest.read(SMALL.root(), SMALL.blobs())).isEqualTo(SampleManifest.small());
    assertThat(RootManifest.fromBlobs(SMALL.root().toBlobs())).isEqualTo(SMALL.root());
    assertThat(SMALL.root().manifestBlobs()).isEqualTo(SMALL.blobs().size());
    assertThat(SMALL.root().parts())
        .extracting(PartReference::kind)
        .containsExactly(PartKind.ARTIFACTS, PartKind.SHARDS);
  }

  @Test
  void version2GoldenBytes() {
    assertThat(new String(SMALL.root().toJson(), UTF_8))
        .isEqualTo(
            "{\"codecVersion\":1,\"dataBlobs\":5,\"encodedBytes\":390452,"
                + "\"floatMatrixElements\":50,\"floatMatrixEncodedBytes\":260077,"
                + "\"formatVersion\":2,\"inputBytes\":1100,\"manifestBlobs\":1,"
                + "\"name\":\"sample/model\",\"parts\":[{\"kind\":\"artifacts\","
                + "\"length\":1823,\"offset\":0,\"sha256\":\"e96615f1d3a653a522e309439472da8b42346a"
                + "237f77a75da560fe41ef635bec\"},{\"kind\":\"shards\",\"length\":717,"
                + "\"offset\":1823,\"sha256\":\"5801f794c32d2e6fde14d1aa72aff03a3bea3fb51eae87fc9a7"
                + "372fc8c5068ba\"}],\"profile\":\"int8\",\"version\":\"1.0\"}");
    assertThat(new String(SMALL.parts().get(0), UTF_8))
        .startsWith(
            "{\"entries\":[{\"bytes\":100,\"inputSha256\":\""
                + SampleManifest.hash(1).toHex().substring(2)
                + "\",\"path\":\"config/größe\\\".json\",\"sha256\":\""
                + SampleManifest.hash(1).toHex().substring(2)
                + "\",\"type\":\"artifact\"},")
        .contains(
            "{\"bytes\":200,\"codec\":\"int8-rows\",\"dtype\":\"FP32\",\"inputSha256\":\""
                + SampleManifest.hash(-20).toHex().substring(2)
                + "\",\"name\":\"a\\\"\\\\\\u0001\\n€😀\",\"offset\":20,\"range\":[0,30,1,10],")
        .endsWith("],\"kind\":\"artifacts\",\"version\":2}");
    assertThat(new String(SMALL.parts().get(1), UTF_8))
        .startsWith("{\"entries\":[{\"chunks\":[[0,0,100,20],[2,0,20,10],[2,20,160,260067]],")
        .endsWith(
            "\"firstBlob\":4,\"index\":2,\"payloadBytes\":307}],"
                + "\"kind\":\"shards\",\"version\":2}");
  }

  @Test
  void aDeltaIsReadAsItWasWritten() {
    assertThat(SampleManifest.read(DELTA.root(), DELTA.blobs())).isEqualTo(SampleManifest.delta());
    assertThat(RootManifest.fromBlobs(DELTA.root().toBlobs())).isEqualTo(DELTA.root());
    assertThat(DELTA.root().totals()).isEqualTo(new ReleaseTotals(600, 20, 100, 20, 1));
    assertThat(DELTA.root().depth()).isEqualTo(3);
    assertThat(SMALL.root().depth()).isZero();
    assertThat(new String(DELTA.root().toJson(), UTF_8))
        .contains(
            "\"keepQuality\":\"0.9906\",\"manifestBlobs\":1,\"name\":\"sample/model\",",
            "\"parent\":{\"depth\":3,\"merkleRoot\":\"%s\",\"name\":\"sample/model\","
                .formatted(SampleManifest.hash(6).toHex().substring(2)),
            "\"releaseId\":\"%s\",\"version\":\"0.9\"},\"parts\":["
                .formatted(SampleManifest.hash(5).toHex().substring(2)));
  }

  @Test
  void aReleaseMayBeItsParentAltogether() {
    Written written = SampleManifest.write(SampleManifest.DELTA, SampleManifest.identical());
    assertThat(SampleManifest.read(written.root(), written.blobs()))
        .isEqualTo(SampleManifest.identical());
    assertThat(written.root().totals()).isEqualTo(new ReleaseTotals(200, 0, 0, 0, 0));
  }

  @Test
  void chunksOfTheParentNeedAParent() {
    assertThatThrownBy(() -> SampleManifest.write(SampleManifest.delta()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is none");
    RootManifest root = DELTA.root();
    RootManifest orphan =
        new RootManifest(SampleManifest.FULL, root.totals(), root.manifestBlobs(), root.parts());
    assertThatThrownBy(() -> SampleManifest.read(orphan, DELTA.blobs()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("there is none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"depth\":3|\"depth\":0|Depth of a delta is 0, not in 1 to 8",
        "\"depth\":3|\"depth\":9|Depth of a delta is 9, not in 1 to 8",
        "\"depth\":3|\"depth\":3,\"height\":1|Unknown field \"height\"",
        "\"depth\":3,|''|Field \"depth\" is missing",
        "\"version\":\"0.9\"|\"version\":\"0 9\"|Version \"0 9\" does not match",
        "\"parent\":{|\"parent\":1,\"x\":{|Expected an object, found NUMBER",
        "\"0.9906\"|\"0.99060\"|does not match",
        "\"0.9906\"|\"1.5\"|does not match",
        "\"0.9906\"|0.9906|keepQuality: expected text",
      })
  void refusesAParentThatCanNotBe(String from, String to, String message) {
    String json = new String(DELTA.root().toJson(), UTF_8);
    assertThat(json).contains(from);
    assertThatThrownBy(() -> RootManifest.fromJson(json.replace(from, to).getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[0,0,100,0]]|[[0,0,100,1]]|Payload of shard 0 is 0, expected 1",
        "\"index\":0,\"payloadBytes\":0}|\"index\":0,\"payloadBytes\":1}|is 0, expected 1",
        "[0,300,100,9],[0,400,200,11]|[0,300,100,8],[0,400,200,12]|says it lies in ShardRange",
      })
  void refusesChunksOfTheParentThatDoNotAddUp(String from, String to, String message) {
    assertRefused(DELTA, 1, text -> text.replace(from, to), message);
  }

  @Property(tries = 300)
  void aChangedByteOfADeltasPartIsRefusedEvenWithItsHashCorrected(
      @ForAll @IntRange(max = 1) int part,
      @ForAll @IntRange(max = 4000) int at,
      @ForAll byte value) {
    byte[] bytes = DELTA.parts().get(part).clone();
    if (bytes[at % bytes.length] == value) {
      return;
    }
    bytes[at % bytes.length] = value;
    assertRefusedOrRoundTrips(DELTA, part, bytes);
  }

  @Test
  void theRootBlobIsTheLengthAndTheJson() {
    RootManifest root = SMALL.root();
    byte[] json = root.toJson();
    byte[] framed = new byte[4 + json.length];
    framed[2] = (byte) (json.length >>> 8);
    framed[3] = (byte) json.length;
    System.arraycopy(json, 0, framed, 4, json.length);
    assertThat(root.toBlobs()).containsExactlyElementsOf(BlobPacker.pack(framed));
  }

  @Test
  void addsUpItsTotals() {
    ReleaseTotals totals = SMALL.root().totals();
    assertThat(totals).isEqualTo(new ReleaseTotals(1100, 390_452, 50, 260_077, 5));
    assertThat(totals.bitsPerWeight()).isCloseTo(41_612.32, within(1e-9));
  }

  @Property(tries = 15)
  void roundTripsOverManyParts(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 180) int shards) {
    Random random = new Random(seed);
    List<ManifestEntry> entries = new ArrayList<>();
    List<ManifestEntry> shardEntries = new ArrayList<>();
    long bytes = 0;
    int blobs = 0;
    for (int i = 0; i < shards; i++) {
      int count = 1 + random.nextInt(512);
      int length = 1 + random.nextInt(1_000_000);
      int encoded = SampleManifest.fullBlobs(count) - random.nextInt(130_048);
      shardEntries.add(
          SampleManifest.shard(i, blobs, count, new ChunkReference(0, bytes, length, encoded)));
      entries.add(
          SampleManifest.tensor(
              "t" + i,
              DataType.UINT8,
              List.of((long) length),
              bytes,
              new ShardRange(i, 0, i, encoded)));
      bytes += length;
      blobs += count;
    }
    entries.add(
        0, new ArtifactEntry("weights", bytes, SampleManifest.hash(1), SampleManifest.hash(2)));
    entries.addAll(shardEntries);
    Written written = SampleManifest.write(entries);
    assertThat(written.parts()).allMatch(part -> part.length <= 1 << 20);
    assertThat(SampleManifest.read(written.root(), written.blobs())).isEqualTo(entries);
  }

  @Property(tries = 400)
  void aChangedByteOfAPartIsRefusedEvenWithItsHashCorrected(
      @ForAll @IntRange(max = 1) int part,
      @ForAll @IntRange(max = 4000) int at,
      @ForAll byte value) {
    byte[] bytes = SMALL.parts().get(part).clone();
    if (bytes[at % bytes.length] == value) {
      return;
    }
    bytes[at % bytes.length] = value;
    assertRefusedOrRoundTrips(SMALL, part, bytes);
  }

  @Property(tries = 150)
  void aTruncatedPartIsRefusedEvenWithItsHashCorrected(
      @ForAll @IntRange(max = 1) int part, @ForAll @IntRange(min = 1, max = 4000) int length) {
    byte[] bytes = SMALL.parts().get(part);
    if (length < bytes.length) {
      assertThatThrownBy(() -> readWith(SMALL, part, Arrays.copyOf(bytes, length)))
          .isInstanceOf(VerificationException.class);
    }
  }

  @Property(tries = 500)
  void aChangedByteOfTheRootIsRefusedOrAnotherRoot(
      @ForAll @IntRange(max = 2000) int at, @ForAll byte value) {
    RootManifest root = SMALL.root();
    byte[] bytes = root.toJson();
    if (bytes[at % bytes.length] == value) {
      return;
    }
    bytes[at % bytes.length] = value;
    RootManifest found;
    try {
      found = RootManifest.fromJson(bytes);
    } catch (VerificationException e) {
      return;
    }
    assertThat(found).isNotEqualTo(root);
    assertThat(found.toJson()).isEqualTo(bytes);
  }

  @Property(tries = 60)
  void aChangedBlobIsRefused(
      @ForAll @IntRange(max = 131_071) int at, @ForAll @IntRange(max = 7) int bit) {
    byte[] blob = SMALL.blobs().get(0).clone();
    blob[at] ^= (byte) (1 << bit);
    assertThatThrownBy(() -> SampleManifest.read(SMALL.root(), List.of(blob)))
        .isInstanceOf(VerificationException.class);
    byte[] rootBlob = SMALL.root().toBlobs().get(0);
    rootBlob[at] ^= (byte) (1 << bit);
    RootManifest found;
    try {
      found = RootManifest.fromBlobs(List.of(rootBlob));
    } catch (VerificationException e) {
      return;
    }
    assertThat(found).isNotEqualTo(SMALL.root());
  }

  @Property(tries = 300)
  void randomBytesAreNoRoot(@ForAll byte[] bytes) {
    assertThatThrownBy(() -> RootManifest.fromJson(bytes))
        .isInstanceOf(VerificationException.class);
  }

  @Test
  void refusesBlobsTooFewAndTooMany() {
    assertThatThrownBy(() -> SampleManifest.read(SMALL.root(), List.of()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("Expected 1 blobs");
    byte[] blob = SMALL.blobs().get(0);
    assertThatThrownBy(() -> SampleManifest.read(SMALL.root(), List.of(blob, blob)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("found more");
    List<byte[]> root = SMALL.root().toBlobs();
    assertThatThrownBy(() -> RootManifest.fromBlobs(List.of()))
        .isInstanceOf(VerificationException.class);
    assertThatThrownBy(() -> RootManifest.fromBlobs(List.of(root.get(0), root.get(0))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("came in 2 blobs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":2}|\"version\":1}|version is 1, expected 2",
        "\"version\":2}|\"version\":2,\"x\":0}|Unknown field \"x\"",
        "\"version\":2}|\"version\":2,\"version\":2}|Duplicate field 'version'",
        "\"version\":2}|\"version\": 2}|Not canonical JSON",
        "\"version\":2}|\"version\":2}0|Trailing token",
        "\"version\":2}|\"version\":2.0}|version: expected an integer, found NUMBER",
        "\"kind\":\"shards\"|\"kind\":\"artifacts\"|kind is artifacts, expected shards",
        "\"index\":1|\"index\":7|Index of a shard is 7, expected 1",
        "\"firstBlob\":3|\"firstBlob\":2|First blob of shard 1 is 2, expected 3",
        "[2,220,8,10]|[2,221,8,10]|a chunk is at byte 221 of artifact 2, expected byte 220",
        "[2,220,8,10]|[2,220,8]|Numbers in chunks is 3, expected 4",
        "[2,220,8,10]|[2,220,9,10]|crosses a border of the tensor at byte 220",
        "[2,220,8,10]|[2,220,8,11]|Payload of shard 1 is 130048, expected 130049",
        "[2,400,600,300]|[2,400,601,300]|behind its end",
        "[2,400,600,300]|[2,400,599,300]|Chunks end at byte 999 of artifact 2, expected all 1000",
        "\"payloadBytes\":307|\"payloadBytes\":9999999999|payloadBytes is 9999999999, not in",
        "\"payloadBytes\":307|\"payloadBytes\":99999999999999999999|Not JSON",
        "\"payloadBytes\":307|\"payloadBytes\":130049|Number of blobs of shard 2 is 1, expected 2",
        "[2,360,40,7],[2,400,600,300]|[2,360,40,8],[2,400,600,299]|says it lies in ShardRange",
      })
  void refusesShardsThatDoNotAddUp(String from, String to, String message) {
    assertRefused(SMALL, 1, text -> text.replace(from, to), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"path\":\"empty.txt\"|\"path\":\"../x\"|is not a plain relative path",
        "\"path\":\"empty.txt\"|\"path\":\"model.onnx\"|stands there twice",
        "\"path\":\"empty.txt\"|\"path\":\"config\"|stands there twice",
        "\"path\":\"empty.txt\"|\"path\":\"model.onnx/x\"|stands there twice",
        "\"path\":\"empty.txt\"|\"path\":\"empty\\u002etxt\"|Not canonical JSON",
        "\"path\":\"empty.txt\"|\"path\":\"\\ud800\"|no UTF-8 form",
        "\"type\":\"tensor\"|\"type\":\"sensor\"|Unknown type \"sensor\"",
        "\"dtype\":\"INT64\"|\"dtype\":\"int64\"|Unknown dtype \"int64\"",
        "\"shape\":[5,10]|\"shape\":[5,11]|bytes is 200, expected 220",
        "\"shape\":[5,10]|\"shape\":[5,-10]|shape is -10, not in",
        "\"shape\":[5,10]|\"shape\":[9007199254740991,9007199254740991]|larger than 2^60",
        "\"offset\":300|\"offset\":227|offset is 227, not in 228",
        "\"offset\":300|\"offset\":901|end is 1001, not in 0 to 1000",
        "\"range\":[1,30,2,7]|\"range\":[1,30,2,8]|says it lies in ShardRange",
        "\"range\":[1,30,2,7]|\"range\":[2,30,1,7]|Last shard is 1, not in 2",
        "\"range\":[0,0,0,0]|\"range\":[0,0,0,1]|of 0 bytes lies in",
        "\"codec\":\"int8-rows\"|\"codec\":\"\"|Codec \"\" does not match",
      })
  void refusesArtifactsThatDoNotAddUp(String from, String to, String message) {
    assertRefused(SMALL, 0, text -> text.replace(from, to), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"formatVersion\":2|\"formatVersion\":1|formatVersion is 1, expected 2",
        "\"manifestBlobs\":1|\"manifestBlobs\":2|manifestBlobs is 2, expected 1",
        "\"name\":\"sample/model\"|\"name\":\"Sample\"|does not match",
        "\"profile\":\"int8\"|\"profile\":8|profile: expected text, found NUMBER",
        "\"codecVersion\":1|\"codecVersion\":0|codecVersion is 0, not in 1",
        "\"kind\":\"shards\"|\"kind\":\"artifacts\"|needs a part of artifacts and one of shards",
        "\"offset\":0|\"offset\":1|Offset of a part is 1, expected 0",
        "\"profile\"|\"profil\"|Field \"profile\" is missing",
      })
  void refusesARootThatDoesNotAddUp(String from, String to, String message) {
    String json = new String(SMALL.root().toJson(), UTF_8);
    assertThat(json).contains(from);
    assertThatThrownBy(() -> RootManifest.fromJson(json.replace(from, to).getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class)
        .hasMessageStartingWith("Root manifest: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"inputBytes\":1100|\"inputBytes\":1101",
        "\"encodedBytes\":390452|\"encodedBytes\":390453",
        "\"floatMatrixElements\":50|\"floatMatrixElements\":51",
        "\"floatMatrixEncodedBytes\":260077|\"floatMatrixEncodedBytes\":1",
        "\"dataBlobs\":5|\"dataBlobs\":6",
      })
  void refusesTotalsThatThePartsDoNotHave(String from, String to) {
    String json = new String(SMALL.root().toJson(), UTF_8);
    assertThat(json).contains(from);
    RootManifest root = RootManifest.fromJson(json.replace(from, to).getBytes(UTF_8));
    assertThatThrownBy(() -> SampleManifest.read(root, SMALL.blobs()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the parts add up to");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 7, 8, 9})
  void theWriterRefusesWhatTheReaderWould(int missing) {
    List<ManifestEntry> entries = new ArrayList<>(SampleManifest.small());
    entries.remove(missing);
    assertThatThrownBy(() -> SampleManifest.write(entries))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void theWriterRefusesAnArtifactAfterAShardAndAnEmptyRelease() {
    ManifestWriter writer = new ManifestWriter(part -> {});
    SampleManifest.small().forEach(writer::add);
    assertThatThrownBy(() -> writer.add(SampleManifest.small().get(0)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("An artifact stands after a shard");
    assertThatThrownBy(() -> new ManifestWriter(part -> {}).finish(SampleManifest.FULL))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void theHashOfAPartIsCheckedBeforeItIsParsed() {
    byte[] bytes = SMALL.parts().get(0).clone();
    bytes[0] = 'x';
    List<byte[]> blobs = BlobPacker.pack(SampleManifest.join(List.of(bytes, SMALL.parts().get(1))));
    assertThatThrownBy(() -> SampleManifest.read(SMALL.root(), blobs))
        .isInstanceOf(VerificationException.class)
        .hasMessage(
            "Manifest part 0 (artifacts): SHA-256 is %s, expected %s",
            ManifestWriter.sha256(bytes), Hex.encode(SMALL.root().parts().get(0).sha256().bytes()));
  }

  private static void assertRefused(
      Written written, int part, UnaryOperator<String> change, String message) {
    String text = new String(written.parts().get(part), UTF_8);
    String changed = change.apply(text);
    assertThat(changed).isNotEqualTo(text);
    assertThatThrownBy(() -> readWith(written, part, changed.getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(message);
  }

  private static void assertRefusedOrRoundTrips(Written written, int part, byte[] bytes) {
    List<ManifestEntry> found;
    try {
      found = readWith(written, part, bytes);
    } catch (VerificationException e) {
      return;
    }
    assertThat(found).isNotEqualTo(SampleManifest.read(written.root(), written.blobs()));
    assertThat(SampleManifest.write(written.root().description(), found).parts().get(part))
        .isEqualTo(bytes);
  }

  /** Reads with one part replaced, as a publisher would who also names its new hash in the root. */
  private static List<ManifestEntry> readWith(Written written, int part, byte[] bytes) {
    List<byte[]> parts = new ArrayList<>(written.parts());
    parts.set(part, bytes);
    List<PartReference> references = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < parts.size(); i++) {
      byte[] one = parts.get(i);
      references.add(
          new PartReference(
              written.root().parts().get(i).kind(),
              ManifestWriter.sha256(one),
              offset,
              one.length));
      offset += one.length;
    }
    List<byte[]> blobs = BlobPacker.pack(SampleManifest.join(parts));
    RootManifest root = written.root();
    RootManifest changed =
        new RootManifest(root.description(), root.totals(), blobs.size(), references);
    return SampleManifest.read(changed, blobs);
  }
}
