package io.luntra.jobs.cli;

import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How model files are read. */
final class ReaderOption {
  @Option(
      names = "--allow-root",
      paramLabel = "FOLDER",
      description =
          "Folder in which links of a model may end, besides the model's own, such as the cache that"
              + " it was downloaded to. May be given several times.")
  private List<Path> roots = List.of();

  @Option(
      names = "--limit",
      paramLabel = "NAME=N",
      description =
          "Take more, or less, of a model's files than is usual before they are refused: files,"
              + " tensors, textBytes, rank, nesting, headerBytes, metadataBytes or pickleValues."
              + " May be given several times.")
  private Map<String, Long> limits = new LinkedHashMap<>();

  ReaderOptions options() {
    ReaderLimits limited = ReaderLimits.DEFAULTS;
    for (Map.Entry<String, Long> limit : limits.entrySet()) {
      limited = limited.with(limit.getKey(), limit.getValue());
    }
    return new ReaderOptions(
        limited, roots.stream().map(Path::toAbsolutePath).map(Path::toString).toList());
  }
}
