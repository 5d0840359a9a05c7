package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inputs that reach each their own part of a reader, found by {@link ModelFileFuzzer}. */
class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/io/luntra/modelfiles/corpus");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void everyInputIsRefusedOrLaidOut(HostileFiles.Format format) throws IOException {
    HostileFiles files = HostileFiles.in(folder);
    try (Stream<Path> inputs = Files.list(CORPUS.resolve(format.name().toLowerCase(Locale.ROOT)))) {
      List<Path> all = inputs.sorted().toList();
      assertThat(all).isNotEmpty();
      for (Path input : all) {
        files.check(format, Files.readAllBytes(input));
      }
    }
  }
}
