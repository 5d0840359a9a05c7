package io.luntra.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.ethereum.registry.PublicationCost;
import io.luntra.ethereum.staging.StagedDelta;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.gate.ReleaseQuality;
import java.util.List;

/** What --json gives. */
record PublishResult(boolean ok, boolean dryRun, List<Release> releases) {

  /**
   * A release that is prepared and, unless in a dry run, published.
   *
   * @param passed whether it keeps the quality and the size that were asked for
   * @param transactions needed when nothing is sent twice
   * @param delta what it takes from its parent, or null
   * @param record what is said of the model, or null
   * @param quality what running it beside the original showed
   */
  record Release(
      String name,
      String version,
      String profile,
      boolean passed,
      boolean stagingReused,
      long inputBytes,
      long encodedBytes,
      long wireBytes,
      double bitsPerWeight,
      int blobs,
      int transactions,
      Delta delta,
      JsonNode record,
      ReleaseQuality quality,
      List<String> notices,
      Publication publication) {}

  /**
   * What a release takes from its parent.
   *
   * @param depth how many releases it is rebuilt from before itself
   * @param sameChunks chunks that are the parent's, of {@code chunks}
   */
  record Delta(
      String parent, String releaseId, String merkleRoot, int depth, int chunks, int sameChunks) {
    static Delta of(StagedDelta delta) {
      return new Delta(
          delta.parent().name().toString(),
          delta.parent().releaseId().toHex(),
          delta.parent().merkleRoot().toHex(),
          delta.parent().depth(),
          delta.chunks(),
          delta.sameChunks());
    }
  }

  /** What the chain says of a published release. */
  record Publication(
      String releaseId,
      String creator,
      String publisher,
      String merkleRoot,
      long gasUsed,
      long blobGasUsed,
      String costWei) {
    static Publication of(ChainRelease release, PublicationCost cost) {
      return new Publication(
          release.published().releaseId().toHex(),
          release.published().creator(),
          release.published().publisher(),
          release.published().merkleRoot().toHex(),
          cost.gasUsed(),
          cost.blobGasUsed(),
          cost.wei().toString());
    }
  }
}
