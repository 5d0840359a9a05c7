package io.luntra.jobs.prepare;

import io.luntra.blob.BlobPacker;
import io.luntra.blob.Bytes32;
import io.luntra.codec.ChunkHeader;
import io.luntra.codec.Profile;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.jobs.environment.Failures;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ManifestWriter;
import io.luntra.manifest.RootManifest;
import io.luntra.manifest.TensorEntry;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ReleaseName;
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

    RebuiltArtifacts rebuilt = RebuiltArtifacts.of(artifacts, shards, store);
    BlobStager stager = new BlobStager(Kzg.load(), store);
    List<VersionedHash> blobs = new ArrayList<>(shards.hashes());
    int dataBlobs = blobs.size();
    BlobPacker packer = new BlobPacker(blob -> blobs.add(stager.stage(blob).versionedHash()));
    ManifestWriter writer = new ManifestWriter(packer::write);
    for (int i = 0; i < artifacts.size(); i++) {
      add(writer, input, artifacts.get(i), i, shards, rebuilt);
    }
    shards.entries().forEach(writer::add);
    RootManifest root =
        writer.finish(
            new ReleaseName(input.name(), input.version()), input.profile(), ChunkHeader.VERSION);
    packer.flush();
    List<VersionedHash> rootBlobs = new ArrayList<>();
    for (byte[] blob : root.toBlobs()) {
      rootBlobs.add(stager.stage(blob).versionedHash());
    }
    checkUnchanged(input, model);
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
            blobs,
            rootBlobs));
  }

  /** The files were read after they were hashed; the manifest speaks of one state of them. */
  private static void checkUnchanged(ReleaseInput input, ModelInput model) throws IOException {
    for (int i = 0; i < model.artifacts().size(); i++) {
      Path file = model.artifacts().get(i).file();
      String hash = ReleaseKey.hashFile(file);
      if (!hash.equals(input.inputHashes().get(i))) {
        throw new InvalidInputException(
            "%s changed while it was prepared: SHA-256 was %s, now it is %s"
                .formatted(file, input.inputHashes().get(i), hash));
      }
    }
  }

  private static void add(
      ManifestWriter writer,
      ReleaseInput input,
      ArtifactLayout artifact,
      int index,
      PreparedShards shards,
      RebuiltArtifacts rebuilt) {
    Bytes32 inputHash = Bytes32.fromHex(input.inputHashes().get(index));
    Bytes32 hash = rebuilt.artifactHash(index);
    if (input.profile().equals(Profile.LOSSLESS.id()) && !hash.equals(inputHash)) {
      throw new LuntraException(
          "%s: prepared lossless, %s would be rebuilt with SHA-256 %s, but had %s"
              .formatted(input.name(), artifact.path(), hash, inputHash));
    }
    writer.add(new ArtifactEntry(artifact.path(), artifact.length(), hash, inputHash));
    List<Section> tensors = rebuilt.tensors(index);
    List<Bytes32> hashes = rebuilt.tensorHashes(index);
    for (int i = 0; i < tensors.size(); i++) {
      Section tensor = tensors.get(i);
      writer.add(
          new TensorEntry(
              tensor.tensor(),
              tensor.offset(),
              shards.range(index, tensor.offset(), tensor.end()),
              rebuilt.isExact(index, tensor) ? Profile.LOSSLESS.id() : input.profile(),
              hashes.get(i)));
    }
  }
}
