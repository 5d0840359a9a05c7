package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class ChunkEncoderTest {
  @Provide
  Arbitrary<Chunks> chunks() {
    return Chunks.any();
  }

  @Property(tries = 300)
  void bytesDoNotDependOnWhatWasEncodedBefore(
      @ForAll Profile profile, @ForAll("chunks") Chunks first, @ForAll("chunks") Chunks second) {
    try (ChunkEncoder used = ChunkEncoder.forProfile(profile);
        ChunkEncoder fresh = ChunkEncoder.forProfile(profile)) {
      used.encode(first.shape(), first.raw());
      assertThat(used.encode(second.shape(), second.raw()))
          .isEqualTo(fresh.encode(second.shape(), second.raw()));
    }
  }
}
