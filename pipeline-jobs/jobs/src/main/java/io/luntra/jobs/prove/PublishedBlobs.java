package io.luntra.jobs.prove;

import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.merkle.BlobKind;
import io.luntra.merkle.MerkleTree;
import io.luntra.merkle.ReleaseMerkle;
import io.luntra.proof.ReleaseBlobs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The blobs of a release on the chain, each fetched when it is asked for, and once. Commitments of
 * data blobs stand in the manifest; a blob of the manifest itself is fetched to have its own.
 */
final class PublishedBlobs implements ReleaseBlobs {
  private final ChainReleases chain;
  private final ChainRelease release;
  private final Kzg kzg;
  private final int dataBlobs;
  private final List<KzgCommitment> dataCommitments;
  private final MerkleTree tree;
  private final Map<Integer, byte[]> fetched = new HashMap<>();

  PublishedBlobs(ChainReleases chain, ChainRelease release, Kzg kzg) {
    this.chain = chain;
    this.release = release;
    this.kzg = kzg;
    this.dataBlobs = release.root().totals().dataBlobs();
    this.dataCommitments =
        release.shards().stream().flatMap(shard -> shard.commitments().stream()).toList();
    List<VersionedHash> hashes = release.published().blobHashes();
    this.tree =
        ReleaseMerkle.tree(
            release.published().releaseId(),
            hashes.subList(0, dataBlobs),
            hashes.subList(dataBlobs, hashes.size()),
            release.published().rootManifest().blobHashes());
  }

  @Override
  public MerkleTree tree() {
    return tree;
  }

  @Override
  public BlobKind kind(int index) {
    if (index < dataBlobs) {
      return BlobKind.DATA;
    }
    return index < dataBlobs + release.root().manifestBlobs()
        ? BlobKind.MANIFEST
        : BlobKind.ROOT_MANIFEST;
  }

  @Override
  public KzgCommitment commitment(int index) {
    return index < dataBlobs ? dataCommitments.get(index) : kzg.commit(blob(index));
  }

  @Override
  public byte[] blob(int index) {
    return fetched.computeIfAbsent(index, wanted -> chain.blob(release, wanted));
  }
}
