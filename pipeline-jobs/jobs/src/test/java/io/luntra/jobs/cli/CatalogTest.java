package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.codec.Profile;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {
  @TempDir Path folder;

  @Test
  void listsReleasesWithPathsBesideIt() throws IOException {
    Path file =
        catalog(
            """
            # what we publish
            releases:
              - name: a
                version: "1.0"
                model: models/a.onnx
              - {name: b, version: v2, model: /models/b.onnx, profile: lossless, parent: b@v1, mergedFrom: [a@1, c@2], creator: "0x%s"}
            """
                .formatted("AB".repeat(20)));
    assertThat(Catalog.read(file))
        .containsExactly(
            new ReleaseEntry.Item(
                new PrepareRequest(
                    new ReleaseName("a", "1.0"),
                    List.of(folder.resolve("models/a.onnx").toString()),
                    Profile.INT8),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                0),
            new ReleaseEntry.Item(
                new PrepareRequest(
                    new ReleaseName("b", "v2"), List.of("/models/b.onnx"), Profile.LOSSLESS),
                Optional.of(new ReleaseName("b", "v1")),
                List.of(new ReleaseName("a", "1"), new ReleaseName("c", "2")),
                Optional.of("0x" + "ab".repeat(20)),
                0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          releases: []                                     | found none
          models: [a]                                      | models
          releases: [{name: a, version: "1", model: m, creator: me}] | creator: expected 0x and 40 hex digits
          releases: [{name: a, version: "1", model: m, mergedFrom: [b@1, b@1]}] | none twice
          releases: [{name: a, version: "1", model: m, parent: b@1, mergedFrom: [b@1]}] | not the parent
          releases: [{name: a, version: "1"}]              | release 1: expected name, version and model
          releases: [{name: A, version: "1", model: m}]    | release 1: Model name "A"
          releases: [{name: a, version: "1", model: m, profile: x}] | release 1
          releases: [{name: a, version: "1", model: m, parent: b}] | release 1: "b" is not NAME@VERSION
          'releases: [{name: a, version: "1", model: m}, {name: a, version: "1", model: n}]' | again
          'releases: {'                                    | is not a catalog
          """)
  void saysWhatIsWrongAndWhere(String yaml, String message) throws IOException {
    Path file = catalog(yaml);
    assertThatThrownBy(() -> Catalog.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  private Path catalog(String yaml) throws IOException {
    return Files.writeString(folder.resolve("catalog.yaml"), yaml);
  }
}
