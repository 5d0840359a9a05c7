package io.luntra.ethereum.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.AnswerTooLongException;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.ethereum.endpoint.LocalNode;
import io.luntra.ethereum.transaction.BlobSidecar;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.VersionedHash;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BeaconClientTest {
  private static final BlockReference BLOCK = new BlockReference(7, Bytes32.ZERO, 1_000_036);
  private static final String PATH = "/eth/v1/beacon/blobs/7";
  private static final byte[][] BLOBS = {blob(1), blob(2), blob(3)};
  private static Kzg kzg;
  private static List<VersionedHash> hashes;

  private final LocalNode node = new LocalNode();

  private static byte[] blob(int value) {
    byte[] blob = new byte[BlobSidecar.BLOB_BYTES];
    blob[31] = (byte) value;
    return blob;
  }

  @BeforeAll
  static void commit() {
    kzg = Kzg.load();
    hashes = Stream.of(BLOBS).map(blob -> kzg.commit(blob).versionedHash()).toList();
  }

  @AfterEach
  void close() {
    node.close();
  }

  private static String json(byte[]... blobs) {
    return Stream.of(blobs)
        .map(blob -> "\"" + Hex.encode(blob) + "\"")
        .collect(Collectors.joining(",", "{\"finalized\":false,\"x\":[{}],\"data\":[", "]}"));
  }

  private BeaconClient client() {
    return new BeaconClient(node.endpoint(2));
  }

  private Map<VersionedHash, byte[]> fetch() {
    return new BlobFetcher(client(), kzg).fetch(BLOCK, hashes);
  }

  @Test
  void matchesBlobsByCommitmentWhateverTheirOrder() {
    node.on(PATH, 200, json(BLOBS[2], BLOBS[0], BLOBS[1]));
    Map<VersionedHash, byte[]> blobs = fetch();
    assertThat(blobs.keySet()).containsExactlyElementsOf(hashes);
    for (int i = 0; i < 3; i++) {
      assertThat(Arrays.equals(blobs.get(hashes.get(i)), BLOBS[i])).isTrue();
    }
    assertThat(node.requests())
        .last()
        .isEqualTo(
            PATH
                + "?versioned_hashes="
                + hashes.stream().map(VersionedHash::toHex).collect(Collectors.joining(",")));
  }

  @Test
  void ignoresBlobsOfTheBlockThatWereNotAskedFor() {
    node.on(PATH, 200, json(blob(9), BLOBS[0], BLOBS[1], BLOBS[1], BLOBS[2], blob(8)));
    assertThat(fetch()).hasSize(3);
  }

  @Test
  void asksOnceForEqualBlobs() {
    node.on(PATH, 200, json(BLOBS[0]));
    assertThat(
            new BlobFetcher(client(), kzg)
                .fetch(BLOCK, List.of(hashes.get(0), hashes.get(0)))
                .keySet())
        .containsExactly(hashes.get(0));
    assertThat(node.requests()).last().asString().endsWith("=" + hashes.get(0).toHex());
  }

  @Test
  void namesTheMissingBlobs() {
    node.on(PATH, 200, json(BLOBS[1]));
    BlobUnavailableException failure =
        catchThrowableOfType(BlobUnavailableException.class, this::fetch);
    assertThat(failure.missing()).containsExactly(hashes.get(0), hashes.get(2));
    assertThat(failure.unwanted()).isEmpty();
    assertThat(failure)
        .hasMessageContaining("http://" + node.address() + ": 2 of 3 blobs of block 7")
        .hasMessageContaining(hashes.get(0).toHex())
        .hasMessageContaining(hashes.get(2).toHex())
        .hasMessageContaining("nothing in their place");
  }

  @Test
  void anEmptyAnswerIsNotAnEmptyBlob() {
    node.on(PATH, 200, json());
    assertThatThrownBy(this::fetch)
        .isInstanceOf(BlobUnavailableException.class)
        .hasMessageContaining("3 of 3 blobs");
  }

  @Test
  void saysWhatIsServedInPlaceOfAnAlteredBlob() {
    byte[] altered = blob(2);
    altered[100_000] ^= 1;
    byte[] notElements = new byte[BlobSidecar.BLOB_BYTES];
    Arrays.fill(notElements, (byte) 0xff);
    node.on(PATH, 200, json(BLOBS[0], altered, notElements));
    BlobUnavailableException failure =
        catchThrowableOfType(BlobUnavailableException.class, this::fetch);
    VersionedHash served = kzg.commit(altered).versionedHash();
    assertThat(failure.missing()).containsExactly(hashes.get(1), hashes.get(2));
    assertThat(failure.unwanted()).containsExactly(served);
    assertThat(failure)
        .hasMessageContaining("in their place 2 others")
        .hasMessageContaining(served.toHex())
        .hasMessageContaining("1 of them not made of field elements");
  }

  @Test
  void refusesMalformedAnswers() {
    String blob = "\"" + Hex.encode(BLOBS[0]) + "\"";
    for (String answer :
        new String[] {
          "",
          "not json",
          "[]",
          "{}",
          "{\"data\":null}",
          "{\"data\":{}}",
          "{\"data\":[1]}",
          "{\"data\":[null]}",
          "{\"data\":[\"0x\"]}",
          "{\"data\":[" + blob.replace("0000\"", "00\"") + "]}",
          "{\"data\":[" + blob.replace("0000\"", "000000\"") + "]}",
          "{\"data\":[" + blob.replace("0000\"", "00zz\"") + "]}",
          "{\"data\":[" + blob,
          "{\"data\":[" + blob + "]",
          "{\"data\":[" + blob + "]}}",
          "{\"data\":[" + blob + "],\"data\":[" + blob + "]}",
          "[".repeat(5000)
        }) {
      node.on(PATH, 200, answer);
      assertThatThrownBy(this::fetch)
          .isInstanceOf(LuntraException.class)
          .isNotInstanceOf(BlobUnavailableException.class)
          .hasMessageContaining("http://" + node.address() + PATH)
          .hasMessageContaining("malformed answer")
          .extracting(failure -> failure.getMessage().length())
          .satisfies(length -> assertThat(length).isLessThan(400));
    }
  }

  @Test
  void refusesOversizedAnswers() {
    String blob = "\"" + Hex.encode(BLOBS[0]) + "\"";
    node.on(PATH, 200, "{\"data\":[" + (blob + ",").repeat(67) + blob + "]}");
    assertThatThrownBy(this::fetch).isInstanceOf(AnswerTooLongException.class);
    node.on(PATH, 200, "{\"data\":[" + "1,".repeat(100_000) + "1]}");
    assertThatThrownBy(this::fetch)
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("malformed answer");
  }

  @Test
  void namesEndpointAndStatusAfterItsAttempts() {
    for (int status : new int[] {404, 500}) {
      node.on(PATH, status, "{\"code\":%d}".formatted(status));
      assertThatThrownBy(this::fetch)
          .isInstanceOf(EndpointException.class)
          .hasMessage(
              "http://%s%s: status %d (attempt 2 of 2)".formatted(node.address(), PATH, status));
    }
  }

  @Test
  void asksABeaconNodeBySlot() {
    node.on("/eth/v1/config/spec", 200, "{\"data\":{\"SECONDS_PER_SLOT\":\"12\"}}");
    node.on("/eth/v1/beacon/genesis", 200, "{\"data\":{\"genesis_time\":\"1000000\"}}");
    node.on("/eth/v1/beacon/blobs/3", 200, json(BLOBS));
    BeaconClient client = client();
    assertThat(client.blobs(BLOCK, hashes)).hasSize(3);
    assertThat(client.blobs(BLOCK, hashes)).hasSize(3);
    assertThat(node.requests()).filteredOn(request -> !request.contains("/blobs/")).hasSize(2);
  }

  @Test
  void refusesABlockThatIsAtNoSlot() {
    node.on("/eth/v1/config/spec", 200, "{\"data\":{\"SECONDS_PER_SLOT\":\"12\"}}");
    node.on("/eth/v1/beacon/genesis", 200, "{\"data\":{\"genesis_time\":\"1000001\"}}");
    assertThatThrownBy(this::fetch).hasMessageContaining("at no slot");
    node.on("/eth/v1/beacon/genesis", 200, "{\"data\":{\"genesis_time\":\"1000048\"}}");
    assertThatThrownBy(this::fetch).hasMessageContaining("at no slot");
  }

  @Test
  void refusesMalformedGenesisAndSpec() {
    node.on("/eth/v1/beacon/genesis", 200, "{\"data\":{\"genesis_time\":\"1000000\"}}");
    for (String spec :
        new String[] {
          "x",
          "{}",
          "{\"data\":{\"SECONDS_PER_SLOT\":\"0\"}}",
          "{\"data\":{\"SECONDS_PER_SLOT\":\"-1\"}}",
          "{\"data\":{\"SECONDS_PER_SLOT\":\"9999999999999999999\"}}"
        }) {
      node.on("/eth/v1/config/spec", 200, spec);
      assertThatThrownBy(this::fetch)
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("/eth/v1/config/spec");
    }
    node.on("/eth/v1/config/spec", 500, "");
    assertThatThrownBy(this::fetch).isInstanceOf(EndpointException.class);
  }
}
