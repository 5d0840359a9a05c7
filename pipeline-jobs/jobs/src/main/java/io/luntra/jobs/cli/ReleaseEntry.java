package io.luntra.jobs.cli;

import io.luntra.blob.BlobPacking;
import io.luntra.codec.Profile;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.plan.ModelRun;
import io.luntra.jobs.plan.PruneRule;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.quality.Pooling;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A release as the user writes it, in a catalog or as options; null is what is not said.
 *
 * @param creator account that registered the model, where it is not the publishing one
 * @param mergedFrom names of other releases that it is made from
 * @param keepQuality with entropy and no other goal, 0.99
 * @param maxBytes most encoded bytes
 * @param maxBlobs most blobs, the manifest's included
 * @param dataFree whether its levels may not follow from activations
 * @param forUpdates whether it is calibrated with the deltas in mind that will follow
 * @param runTorchscript whether TorchScript is run to measure it
 * @param record file with what is to be said of the model
 */
record ReleaseEntry(
    String name,
    String version,
    String model,
    String creator,
    String profile,
    String parent,
    List<String> mergedFrom,
    String keepQuality,
    Long maxBytes,
    Integer maxBlobs,
    String tokenizer,
    String pooling,
    String samples,
    Boolean dataFree,
    Boolean forUpdates,
    String prune,
    Boolean runTorchscript,
    String record) {
  private static final String RUNNABLE = ".onnx";
  private static final String DEFAULT_QUALITY = "0.99";

  /** The manifest's root, and one for its parts. */
  private static final int MANIFEST_BLOBS = 2;

  /**
   * A release to publish.
   *
   * @param parent its parent's name, where it is a delta
   * @param mergedFrom its other parents' names
   * @param creator whose model it is of, where it is not the publisher's own
   * @param maxBlobs most blobs, or 0
   */
  record Item(
      PrepareRequest request,
      Optional<ReleaseName> parent,
      List<ReleaseName> mergedFrom,
      Optional<String> creator,
      long maxBlobs) {

    /** The same within so many blobs, where nothing else says how far to compress it. */
    Item orWithin(long blobs) {
      boolean free =
          request.profile().equals(Profile.ENTROPY)
              && request.keepQuality().isEmpty()
              && request.run().maxBytes() == 0;
      return free
          ? new Item(
              request.withRun(within(request.run(), blobs, request.files().get(0))),
              parent,
              mergedFrom,
              creator,
              blobs)
          : this;
    }

    /** The same with a quality to keep, where nothing else says how far to compress it. */
    Item orKeeping() {
      boolean free =
          request.profile().equals(Profile.ENTROPY)
              && request.keepQuality().isEmpty()
              && request.run().maxBytes() == 0
              && isRunnable(request.files().get(0));
      return free
          ? new Item(request.withQuality(DEFAULT_QUALITY), parent, mergedFrom, creator, maxBlobs)
          : this;
    }
  }

  /**
   * Checks it.
   *
   * @param folder that its paths are resolved against
   * @throws InvalidInputException when something is missing or wrong
   */
  Item item(Path folder) {
    if (name == null || version == null || model == null) {
      throw new InvalidInputException("expected name, version and model");
    }
    boolean goal = keepQuality != null || maxBytes != null || maxBlobs != null;
    Profile chosen =
        profile != null ? Profile.fromId(profile) : goal ? Profile.ENTROPY : Profile.INT8;
    if (goal && chosen.kind() == Profile.Kind.LOSSLESS) {
      throw new InvalidInputException(
          "a quality to keep or a size needs another profile than lossless");
    }
    String file = resolved(folder, model);
    ModelRun run =
        new ModelRun(
            Optional.ofNullable(tokenizer).map(path -> resolved(folder, path)),
            pooling == null ? Pooling.MEAN : Pooling.fromId(pooling),
            Optional.ofNullable(samples).map(path -> resolved(folder, path)),
            dataFree == null || !dataFree,
            forUpdates != null && forUpdates,
            size(maxBytes),
            prune == null ? PruneRule.NONE : PruneRule.fromId(prune),
            runTorchscript != null && runTorchscript);
    if (!run.pruning().isNone() && chosen.kind() == Profile.Kind.LOSSLESS) {
      throw new InvalidInputException("pruning needs another profile than lossless");
    }
    PrepareRequest request =
        new PrepareRequest(new ReleaseName(name, version), List.of(file), chosen);
    if (keepQuality != null) {
      request = request.withQuality(quality(keepQuality));
    }
    if (record != null) {
      request = request.withRecord(RecordFile.read(Path.of(resolved(folder, record))));
    }
    if (maxBlobs != null && maxBytes == null) {
      run = within(run, maxBlobs, file);
    }
    return new Item(
        request.withRun(run),
        Optional.ofNullable(parent).map(ReleaseName::parse),
        others(),
        CreatorOption.address("creator", creator),
        maxBlobs == null ? 0 : maxBlobs);
  }

  private List<ReleaseName> others() {
    List<String> names = mergedFrom == null ? List.of() : mergedFrom;
    int most = StagedRelease.MAX_PARENTS - (parent == null ? 0 : 1);
    Set<String> all = new HashSet<>(names);
    if (names.size() > most || all.contains(parent) || all.size() < names.size()) {
      throw new InvalidInputException(
          "merged from %s: expected at most %d other releases, none twice and not the parent"
              .formatted(names, most));
    }
    return names.stream().map(ReleaseName::parse).toList();
  }

  private static boolean isRunnable(String model) {
    return filesOf(model).stream().anyMatch(file -> file.toString().endsWith(RUNNABLE));
  }

  /** The file, or those of the folder. */
  private static List<Path> filesOf(String model) {
    try (Stream<Path> files = Files.walk(Path.of(model))) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read: %s".formatted(model, e), e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read: %s".formatted(file, e), e);
    }
  }

  private static String resolved(Path folder, String path) {
    return folder.toAbsolutePath().resolve(path).toString();
  }

  private static long size(Long bytes) {
    if (bytes == null) {
      return 0;
    }
    if (bytes < 1) {
      throw new InvalidInputException("at most %d bytes: expected 1 or more".formatted(bytes));
    }
    return bytes;
  }

  private static String quality(String text) {
    try {
      BigDecimal quality = new BigDecimal(text.strip());
      if (quality.signum() > 0 && quality.compareTo(BigDecimal.ONE) < 0) {
        return quality.stripTrailingZeros().toPlainString();
      }
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "quality to keep: expected a number between 0 and 1, found \"" + text + "\"", e);
    }
    throw new InvalidInputException(
        "quality to keep: expected a number between 0 and 1, found \"" + text + "\"");
  }

  /** The last blob of each shard is rarely full; it is counted as if it were empty. */
  private static ModelRun within(ModelRun run, long blobs, String file) {
    long input = 0;
    for (Path each : filesOf(file)) {
      input += size(each);
    }
    long shards = (input + ShardPlanner.SHARD_BYTES - 1) / ShardPlanner.SHARD_BYTES;
    long full = blobs - MANIFEST_BLOBS - shards;
    if (full < 1) {
      throw new InvalidInputException(
          "at most %d blobs for %s: expected %d or more"
              .formatted(blobs, file, MANIFEST_BLOBS + shards + 1));
    }
    return run.withMaxBytes(Math.multiplyExact(full, (long) BlobPacking.PAYLOAD_BYTES));
  }
}
