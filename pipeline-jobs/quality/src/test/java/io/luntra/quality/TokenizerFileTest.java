package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenizerFileTest {
  @TempDir Path folder;

  @Test
  void aGigabyteIsRefusedUnread() throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    try (RandomAccessFile file = new RandomAccessFile(tokenizer.toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    assertThatThrownBy(() -> TokenizerFile.open(tokenizer, EmbeddingOptions.defaults()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tokenizer.json of 1073741824 bytes: expected at most 100000000");
  }

  @Test
  void whatIsNoneIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("tokenizer.json"), "[[[");
    assertThatThrownBy(() -> TokenizerFile.open(text, EmbeddingOptions.defaults()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tokenizer.json cannot be loaded");
    assertThatThrownBy(
            () -> TokenizerFile.open(folder.resolve("none"), EmbeddingOptions.defaults()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none cannot be loaded");
  }
}
