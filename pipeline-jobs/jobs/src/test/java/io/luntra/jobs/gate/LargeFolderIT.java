package io.luntra.jobs.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.codec.Profile;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.jobs.prepare.PrepareJob;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder of 12 GB goes through a heap of 1 GB. Its files have holes, so that it takes no disk,
 * and noise here and there, also behind the first 2 GB of each file.
 */
@Tag("long")
@Timeout(900)
class LargeFolderIT {
  private static final int FILES = 4;
  private static final int TENSORS = 4;
  private static final int ROWS = 32_768;
  private static final int COLUMNS = 12_288;
  private static final long TENSOR_BYTES = 2L * ROWS * COLUMNS;
  private static final int NOISE_BYTES = 100_000;

  @TempDir Path folder;

  private static void write(Path file, int number) throws IOException {
    StringBuilder json = new StringBuilder("{");
    for (int tensor = 0; tensor < TENSORS; tensor++) {
      json.append(tensor == 0 ? "" : ",")
          .append("\"layers.%d.%d\":{\"dtype\":\"BF16\",".formatted(number, tensor))
          .append("\"shape\":[%d,%d],".formatted(ROWS, COLUMNS))
          .append(
              "\"data_offsets\":[%d,%d]}"
                  .formatted(tensor * TENSOR_BYTES, (tensor + 1) * TENSOR_BYTES));
    }
    byte[] header = json.append('}').toString().getBytes(UTF_8);
    byte[] noise = new byte[NOISE_BYTES];
    new Random(number).nextBytes(noise);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      out.write(header);
      long length = out.getFilePointer() + TENSORS * TENSOR_BYTES;
      out.setLength(length);
      for (long at : new long[] {length / 7, length / 2, length - NOISE_BYTES}) {
        out.seek(at);
        out.write(noise);
      }
    }
  }

  @Test
  void twelveGigabytesGoThroughAHeapOfOne() throws Exception {
    assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(1L << 30);
    Path model = Files.createDirectory(folder.resolve("model"));
    for (int number = 0; number < FILES; number++) {
      write(model.resolve("model-%d.safetensors".formatted(number)), number);
    }
    Files.writeString(model.resolve("config.json"), "{\"model_type\":\"llama\"}");
    String staging = folder.resolve("staging").toString();

    StagedRelease staged =
        new PrepareJob(staging, 2, ReaderOptions.DEFAULTS, (encoded, input, blobs, packed) -> {})
            .run(
                List.of(
                    new PrepareRequest(
                        new ReleaseName("large", "1"),
                        List.of(model.toString()),
                        Profile.LOSSLESS)))
            .get(0)
            .staged();

    assertThat(staged.inputBytes()).isGreaterThan(12L << 30);
    assertThat(staged.encodedBytes()).isLessThan(4L << 20);
    compare(model, StagedManifest.read(StagingStore.open(staging), staged));
  }

  /** What is staged decodes to the files. */
  private static void compare(Path model, StagedManifest release) throws IOException {
    List<RandomAccessFile> files = new ArrayList<>();
    try {
      for (ArtifactManifest artifact : release.manifest().artifacts()) {
        files.add(new RandomAccessFile(model.resolve(artifact.file().path()).toFile(), "r"));
      }
      long[] compared = {0};
      release.decode(
          null,
          (chunk, values) -> {
            byte[] original = new byte[values.length];
            RandomAccessFile file = files.get(chunk.artifact());
            file.seek(chunk.offset());
            file.readFully(original);
            assertThat(values).isEqualTo(original);
            compared[0] += values.length;
          });
      assertThat(compared[0]).isGreaterThan(12L << 30);
    } finally {
      for (RandomAccessFile file : files) {
        file.close();
      }
    }
  }
}
