package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleFileTest {
  @TempDir Path folder;

  private Path file(List<String> lines) throws IOException {
    return Files.write(folder.resolve("samples.txt"), lines);
  }

  @Test
  void everyFifthSampleIsHeldOut() throws IOException {
    SampleFile samples =
        SampleFile.read(
            file(
                IntStream.rangeClosed(1, 25)
                    .mapToObj(i -> i % 2 == 0 ? "  " + i : i + " ")
                    .toList()));
    assertThat(samples.heldOut()).containsExactly("5", "10", "15", "20", "25");
    assertThat(samples.calibration()).hasSize(20).doesNotContainAnyElementsOf(samples.heldOut());
  }

  @Test
  void linesOfJsonAreRead() throws IOException {
    List<String> lines =
        IntStream.rangeClosed(1, 20)
            .mapToObj(
                i ->
                    i % 2 == 0
                        ? "\"%d\"".formatted(i)
                        : "{\"id\":1,\"text\":\" %d \"}".formatted(i))
            .toList();
    Path file = Files.write(folder.resolve("samples.jsonl"), lines);
    assertThat(SampleFile.read(file).heldOut()).containsExactly("5", "10", "15", "20");

    Path wrong = Files.write(folder.resolve("wrong.jsonl"), List.of("\"a\"", "{\"t\":\"b\"}"));
    assertThatThrownBy(() -> SampleFile.read(wrong))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("line 2: expected a string, or an object with \"text\"");
    Path none = Files.write(folder.resolve("none.jsonl"), List.of("not json"));
    assertThatThrownBy(() -> SampleFile.read(none))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("line 1: not JSON");
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path few = file(Collections.nCopies(19, "a"));
    assertThatThrownBy(() -> SampleFile.read(few))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected at least 20 lines of text, found 19");

    Path wide = file(List.of("a", "b".repeat(SampleFile.MAX_LENGTH + 1)));
    assertThatThrownBy(() -> SampleFile.read(wide))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sample 2 has 16385 characters");

    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 10});
    assertThatThrownBy(() -> SampleFile.read(binary))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not UTF-8");

    assertThatThrownBy(() -> SampleFile.read(folder.resolve("none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void calibrationNeverSeesWhatQualityIsMeasuredOn() {
    Set<String> seen = new HashSet<>(CalibrationText.calibration());
    seen.addAll(CalibrationText.heldOut());
    seen.addAll(CalibrationText.otherDomain());
    for (Corpus corpus : Corpus.values()) {
      assertThat(corpus.sentences()).doesNotContainAnyElementsOf(seen);
    }
    assertThat(CalibrationText.heldOut())
        .doesNotContainAnyElementsOf(CalibrationText.calibration());
  }
}
