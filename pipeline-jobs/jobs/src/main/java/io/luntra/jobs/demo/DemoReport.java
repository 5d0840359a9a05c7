package io.luntra.jobs.demo;

import io.luntra.quality.EmbeddingQuality;
import io.luntra.quality.QualityReport;
import java.util.List;

/**
 * What the demo measured.
 *
 * @param peers files that others made of the same model, measured in the same run
 */
public record DemoReport(boolean ok, long chainId, List<Release> releases, List<Peer> peers) {
  public DemoReport {
    releases = List.copyOf(releases);
    peers = List.copyOf(peers);
  }

  /**
   * A release that was published and fetched back.
   *
   * @param model that it was made of
   * @param parent NAME@VERSION that it is a delta against, or null
   * @param wireBytes blobs × 131,072, manifests included
   * @param costWei what all its transactions cost, in wei
   * @param stagingReused whether all of it was staged by an earlier run
   * @param quality the worst of each figure over all corpora
   * @param verified whether every check held in the separate process that fetched it, and the file
   *     holds against the manifest once more
   * @param bitExact whether the fetched file equals the original byte for byte
   */
  public record Release(
      String name,
      String version,
      String model,
      String profile,
      String parent,
      String releaseId,
      String merkleRoot,
      long inputBytes,
      long encodedBytes,
      long wireBytes,
      double bitsPerWeight,
      int blobs,
      int transactions,
      long gasUsed,
      long blobGasUsed,
      String costWei,
      Seconds seconds,
      boolean stagingReused,
      EmbeddingQuality quality,
      QualityReport qualityByCorpus,
      boolean verified,
      boolean bitExact) {}

  /** Wall time of each part. */
  public record Seconds(double prepare, double publish, double fetch) {}

  /** Somebody else's file of the same model, as it is: nothing published it. */
  public record Peer(
      String name,
      String model,
      long bytes,
      EmbeddingQuality quality,
      QualityReport qualityByCorpus) {}
}
