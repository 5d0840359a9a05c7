package io.luntra.jobs.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.registry.PublishedBatch;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.kzg.KzgCommitment;
import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ChunkReference;
import io.luntra.manifest.ManifestWriter;
import io.luntra.manifest.ModelRecord;
import io.luntra.manifest.ParentReference;
import io.luntra.manifest.ReleaseDescription;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.ShardEntry;
import io.luntra.manifest.ShardRange;
import io.luntra.manifest.TensorEntry;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;

/** A release with two files, one tensor, a parent and a record, as the chain would have it. */
final class SampleRelease {
  static final String CREATOR = "0x" + "ab".repeat(20);
  static final String REGISTRY = "0x" + "cd".repeat(20);
  static final ReleaseName NAME = ReleaseName.parse("acme/model@1.0");
  static final ReleaseName PARENT = ReleaseName.parse("acme/model@0.9");
  static final long SEALED_AT = 1_700_000_000;

  static final String RECORD =
      """
      {"family": "bert", "architecture": "transformer", "quantization": "gptq",
       "license": "Apache-2.0", "task": "sentence-similarity", "library": "onnx",
       "inputTypes": ["text"], "outputTypes": ["embedding"],
       "languages": ["en", "no"], "tags": ["small", "y"],
       "training": {"method": "fine-tuning", "description": "Two epochs."},
       "datasets": [{"name": "acme/pairs", "uri": "https://example.org/p", "sha256": "%1$s"},
                    {"name": "our own", "sha256": "%1$s"}],
       "dependencies": [
         {"relation": "base-model", "name": "acme/base", "sha256": "%1$s",
          "uri": "https://example.org/base"},
         {"relation": "teacher", "creator": "%2$s", "name": "big", "version": "2",
          "releaseId": "%3$s"},
         {"relation": "tokenizer", "name": "tokenizer.json", "sha256": "%1$s"}],
       "benchmarks": [
         {"benchmark": "STS-B", "metric": "spearman", "value": "0.820", "evidence": "%1$s"},
         {"benchmark": "STS-B", "metric": "pearson", "value": "0.81"}],
       "description": "What it is.", "intendedUse": "Search.", "limitations": "English."}
      """
          .formatted(
              "1e".repeat(32),
              CREATOR,
              ReleaseIds.of(CREATOR, ReleaseName.parse("big@2")).toHex().substring(2));

  private SampleRelease() {}

  static ExportedRelease full() {
    return of(Optional.of(ModelRecord.ofJson(RECORD.getBytes(UTF_8))));
  }

  static ExportedRelease of(Optional<ModelRecord> record) {
    ArtifactEntry config = new ArtifactEntry("config|x.json", 8, hash("a"), hash("a"));
    ArtifactEntry model = new ArtifactEntry("onnx/model.onnx", 40, hash("b"), hash("c"));
    TensorEntry tensor =
        new TensorEntry(
            new TensorInfo("w", DataType.FP32, List.of(2L, 5L)),
            0,
            new ShardRange(0, 8, 0, 20),
            "int8",
            hash("d"),
            hash("e"));
    KzgCommitment commitment = new KzgCommitment(new byte[48]);
    ShardEntry shard =
        new ShardEntry(
            0,
            0,
            20,
            List.of(commitment),
            List.of(new ChunkReference(0, 0, 8, 8), new ChunkReference(1, 0, 40, 12)));
    ManifestWriter writer = new ManifestWriter(part -> {});
    List.of(config, model, tensor, shard).forEach(writer::add);
    Bytes32 parent = ReleaseIds.of(CREATOR, PARENT);
    ReleaseDescription description =
        new ReleaseDescription(
            NAME,
            "int8",
            Optional.empty(),
            1,
            Optional.of(new ParentReference(PARENT, parent, hash("p"), 1)),
            record);
    PublishedBatch batch =
        new PublishedBatch(
            CREATOR,
            hash("t"),
            new BlockReference(7, hash("k"), SEALED_AT),
            List.of(commitment.versionedHash()));
    return new ExportedRelease(
        new ChainRelease(
            new PublishedRelease(
                NAME,
                ReleaseIds.of(CREATOR, NAME),
                CREATOR,
                CREATOR,
                1,
                hash("m"),
                List.of(parent),
                List.of(CREATOR),
                List.of(batch),
                batch),
            new ReleaseManifest(
                writer.finish(description),
                List.of(
                    new ArtifactManifest(config, List.of()),
                    new ArtifactManifest(model, List.of(tensor))),
                List.of(shard)),
            new ReleaseStanding(CREATOR, ReleaseStanding.Status.ACTIVE, 0, Optional.empty())),
        REGISTRY);
  }

  static Bytes32 hash(String text) {
    return Keccak.hash(text.getBytes(UTF_8));
  }
}
