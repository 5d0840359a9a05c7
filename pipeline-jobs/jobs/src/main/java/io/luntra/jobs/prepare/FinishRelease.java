package io.luntra.jobs.prepare;

import io.luntra.blob.BlobPacker;
import io.luntra.blob.Bytes32;
import io.luntra.codec.Profile;
import io.luntra.ethereum.staging.StagedDelta;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.jobs.environment.Failures;
import io.luntra.jobs.plan.InputHashes;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ChunkReference;
import io.luntra.manifest.ManifestWriter;
import io.luntra.manifest.ParentReference;
import io.luntra.manifest.RootManifest;
import io.luntra.manifest.TensorEntry;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.MapPartitionFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;

/**
 * Ends the preparation of a release, when all its blobs are staged: decodes them once, in order, to
 * learn what the rebuilt files hash to, writes and stages the manifest, and marks the release as
 * ready.
 */
final class FinishRelease implements MapPartitionFunction<ReleasePart, String> {
  private static final long serialVersionUID = 1L;

  private final List<ReleaseInput> releases;
  private final String stagingRoot;
  private final ReaderOptions readerOptions;

  FinishRelease(List<ReleaseInput> releases, String stagingRoot, ReaderOptions readerOptions) {
    this.releases = List.copyOf(releases);
    this.stagingRoot = stagingRoot;
    this.readerOptions = readerOptions;
  }

  @Override
  public void mapPartition(Iterable<ReleasePart> parts, Collector<String> out) throws Exception {
    PreparedShards shards = PreparedShards.collect(parts);
    ReleaseInput input = releases.get(shards.release());
    Failures.withoutRestart(() -> finish(input, shards));
    out.collect(input.key());
  }

  private void finish(ReleaseInput input, PreparedShards shards) throws IOException {
    StagingStore store = StagingStore.open(stagingRoot);
    List<Path> files = input.files().stream().map(Path::new).toList();
    ModelInput model = ModelFiles.layout(files, readerOptions);
    List<ArtifactLayout> artifacts = model.layouts();

    List<InputHashes> hashes = hashUnchanged(input, model);
    RebuiltArtifacts rebuilt = RebuiltArtifacts.of(artifacts, shards, store, input.parentFiles());
    checkParentUnchanged(input);
    BlobStager stager = new BlobStager(Kzg.load(), store);
    List<VersionedHash> blobs = new ArrayList<>(shards.hashes());
    int dataBlobs = blobs.size();
    BlobPacker packer = new BlobPacker(blob -> blobs.add(stager.stage(blob).versionedHash()));
    ManifestWriter writer = new ManifestWriter(packer::write);
    for (int i = 0; i < artifacts.size(); i++) {
      add(writer, input, artifacts.get(i), i, hashes.get(i), shards, rebuilt);
    }
    shards.entries().forEach(writer::add);
    RootManifest root = writer.finish(input.description());
    packer.flush();
    List<VersionedHash> rootBlobs = new ArrayList<>();
    for (byte[] blob : root.toBlobs()) {
      rootBlobs.add(stager.stage(blob).versionedHash());
    }
    store.putRelease(
        new StagedRelease(
            input.key(),
            root.name(),
            root.profile(),
            root.totals().inputBytes(),
            root.totals().encodedBytes(),
            root.totals().floatMatrixElements(),
            root.totals().floatMatrixEncodedBytes(),
            dataBlobs,
            root.parent().map(parent -> delta(parent, shards)),
            input.mergedFrom().stream().map(Bytes32::fromHex).toList(),
            blobs,
            rootBlobs));
  }

  private static StagedDelta delta(ParentReference parent, PreparedShards shards) {
    List<ChunkReference> chunks =
        shards.entries().stream().flatMap(shard -> shard.chunks().stream()).toList();
    long same = chunks.stream().filter(chunk -> chunk.encodedLength() == 0).count();
    return new StagedDelta(parent, chunks.size(), (int) same);
  }

  /** The files were read after they were hashed; the manifest speaks of one state of them. */
  private static List<InputHashes> hashUnchanged(ReleaseInput input, ModelInput model)
      throws IOException {
    List<InputHashes> all = new ArrayList<>();
    for (int i = 0; i < model.artifacts().size(); i++) {
      InputHashes hashes = InputHashes.of(model.artifacts().get(i));
      if (!hashes.fileHex().equals(input.inputHashes().get(i))) {
        throw new InvalidInputException(
            "%s changed while it was prepared: SHA-256 was %s, now it is %s"
                .formatted(
                    model.artifacts().get(i).file(), input.inputHashes().get(i), hashes.fileHex()));
      }
      all.add(hashes);
    }
    return all;
  }

  /** Whoever rebuilds the delta has the parent as it was published. */
  private static void checkParentUnchanged(ReleaseInput input) throws IOException {
    if (input.delta() == null) {
      return;
    }
    List<String> files = input.parentFiles().paths();
    for (int i = 0; i < files.size(); i++) {
      Path file = new Path(files.get(i));
      String found = InputHashes.ofFile(file).toHex().substring(2);
      if (!found.equals(input.delta().fileHashes().get(i))) {
        throw new InvalidInputException(
            "%s, a file of the parent %s, is not what was published: SHA-256 expected %s, found %s"
                .formatted(file, input.delta().name(), input.delta().fileHashes().get(i), found));
      }
    }
  }

  private static void add(
      ManifestWriter writer,
      ReleaseInput input,
      ArtifactLayout artifact,
      int index,
      InputHashes hashes,
      PreparedShards shards,
      RebuiltArtifacts rebuilt) {
    Bytes32 inputHash = hashes.file();
    Bytes32 hash = rebuilt.artifactHash(index);
    if (input.profile().equals(Profile.LOSSLESS.id()) && !hash.equals(inputHash)) {
      throw new LuntraException(
          "%s: prepared lossless, %s would be rebuilt with SHA-256 %s, but had %s"
              .formatted(input.name(), artifact.path(), hash, inputHash));
    }
    writer.add(new ArtifactEntry(artifact.path(), artifact.length(), hash, inputHash));
    List<Section> tensors = rebuilt.tensors(index);
    List<Bytes32> rebuiltHashes = rebuilt.tensorHashes(index);
    for (int i = 0; i < tensors.size(); i++) {
      Section tensor = tensors.get(i);
      Bytes32 inputTensor = hashes.tensor(tensor);
      Bytes32 rebuiltTensor = rebuiltHashes.get(i);
      writer.add(
          new TensorEntry(
              tensor.tensor(),
              tensor.offset(),
              shards.range(index, tensor.offset(), tensor.end()),
              rebuiltTensor.equals(inputTensor) ? Profile.LOSSLESS.id() : input.profile(),
              rebuiltTensor,
              inputTensor));
    }
  }
}
