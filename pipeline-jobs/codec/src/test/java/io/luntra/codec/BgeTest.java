package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lossless sizes on bge-small-en, whose values are FP16 stored as FP32, and its second version. */
final class BgeTest {
  @Test
  void secondVersionTakes427ThousandthsAloneAnd278AsADifference() throws IOException {
    List<Chunks> parents = Models.cut(Models.BGE_V1);
    List<Chunks> chunks = Models.cut(Models.BGE_V15);
    assertThat(chunks).hasSameSizeAs(parents);
    long raw = 0;
    long alone = 0;
    long difference = 0;
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      for (int i = 0; i < chunks.size(); i++) {
        Chunks chunk = chunks.get(i);
        byte[] parent = parents.get(i).raw();
        parent = parent.length == chunk.raw().length ? parent : null;
        byte[] encoded =
            encoder.encode(chunk.shape(), chunk.raw(), parent, TensorSettings.LOSSLESS);
        assertThat(decoder.decode(encoded, 0, encoded.length, chunk.raw().length, parent))
            .isEqualTo(chunk.raw());
        raw += chunk.raw().length;
        alone += encoder.encode(chunk.shape(), chunk.raw(), null, TensorSettings.LOSSLESS).length;
        difference += encoded.length;
      }
    }
    assertThat((double) alone / raw).isLessThanOrEqualTo(0.427);
    assertThat((double) difference / raw).isLessThanOrEqualTo(0.278);
  }
}
