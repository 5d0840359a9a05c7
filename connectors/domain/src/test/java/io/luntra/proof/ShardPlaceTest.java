package io.luntra.proof;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.VerificationException;
import io.luntra.manifest.ShardRange;
import io.luntra.proof.ShardPlace.DataBlobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardPlaceTest {
  private static final int FULL = 130_048;

  @Test
  void isTheEndOfAShardsEntry() {
    ShardPlace place = new ShardPlace(12, 3, 2_147_483_647);
    String text = "\"firstBlob\":12,\"index\":3,\"payloadBytes\":2147483647}";
    assertThat(new String(place.toJson(), US_ASCII)).isEqualTo(text);
    assertThat(ShardPlace.fromJson(text.getBytes(US_ASCII))).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"firstBlob\":12,\"index\":3,\"payloadBytes\":9",
        "\"firstBlob\":012,\"index\":3,\"payloadBytes\":9}",
        "\"firstBlob\":-1,\"index\":3,\"payloadBytes\":9}",
        "\"firstBlob\":1, \"index\":3,\"payloadBytes\":9}",
        "\"firstBlob\":1,\"index\":3,\"payloadBytes\":2147483648}",
        "\"firstBlob\":1,\"index\":99999999999,\"payloadBytes\":9}",
        ",\"firstBlob\":1,\"index\":3,\"payloadBytes\":9}",
        "\"firstBlob\":1,\"index\":3,\"payloadBytes\":9},",
        "\"index\":3,\"firstBlob\":1,\"payloadBytes\":9}"
      })
  void anythingElseIsNone(String text) {
    assertThatThrownBy(() -> ShardPlace.fromJson(text.getBytes(US_ASCII)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("end of a shard's entry");
  }

  /** Shard 4 has 3 blobs, from 10 on, and fills them; shard 5 has one with 7 bytes, from 13 on. */
  @ParameterizedTest
  @CsvSource({
    "4, 0, 4, 1, 10, 11",
    "4, 0, 4, 130048, 10, 11",
    "4, 130047, 4, 130049, 10, 12",
    "4, 130048, 4, 130049, 11, 12",
    "4, 130048, 4, 390144, 11, 13",
    "4, 390143, 5, 1, 12, 14",
    "4, 390144, 5, 1, 13, 14",
    "4, 390144, 5, 0, 13, 13",
    "4, 5, 5, 0, 10, 13",
    "5, 0, 5, 7, 13, 14"
  })
  void saysWhichBlobsARangeLiesIn(
      int firstShard, int firstByte, int lastShard, int endByte, int first, int end) {
    ShardPlace four = new ShardPlace(10, 4, 3 * FULL);
    ShardPlace five = new ShardPlace(13, 5, 7);
    assertThat(
            ShardPlace.blobs(
                new ShardRange(firstShard, firstByte, lastShard, endByte),
                firstShard == 4 ? four : five,
                lastShard == 4 ? four : five))
        .isEqualTo(new DataBlobs(first, end));
  }

  /** In a delta: what is the parent's has no payload. */
  @Test
  void aShardWithoutPayloadHasNoBlobs() {
    ShardPlace none = new ShardPlace(0, 0, 0);
    ShardPlace noneEither = new ShardPlace(0, 1, 0);
    ShardPlace some = new ShardPlace(0, 2, 20);
    assertThat(ShardPlace.blobs(new ShardRange(0, 0, 1, 0), none, noneEither).count()).isZero();
    assertThat(ShardPlace.blobs(new ShardRange(1, 0, 2, 9), noneEither, some))
        .isEqualTo(new DataBlobs(0, 1));
    assertThat(ShardPlace.isEmpty(ShardRange.EMPTY)).isTrue();
    assertThat(ShardPlace.isEmpty(new ShardRange(3, 9, 3, 9))).isTrue();
    assertThat(ShardPlace.isEmpty(new ShardRange(0, 0, 1, 0))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"4, 0, 4, 8", "4, 9, 5, 1", "4, 0, 5, 8", "3, 0, 5, 1", "4, 0, 6, 1"})
  void aRangeOutsideOfItsShardsIsRefused(
      int firstShard, int firstByte, int lastShard, int endByte) {
    ShardPlace four = new ShardPlace(10, 4, 7);
    ShardPlace last = lastShard == 4 ? four : new ShardPlace(11, 5, 7);
    ShardRange range = new ShardRange(firstShard, firstByte, lastShard, endByte);
    assertThatThrownBy(() -> ShardPlace.blobs(range, four, last))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("are not between");
  }
}
