package io.luntra.jobs.cli;

import io.luntra.failure.ForeignText;
import io.luntra.jobs.gate.ReleaseQuality;
import io.luntra.quality.GateResult;
import java.math.BigDecimal;
import java.util.List;

/** What luntra publish did, for people. */
final class PublishText {
  private PublishText() {}

  static String of(List<PublishResult.Release> releases) {
    StringBuilder text = new StringBuilder();
    for (PublishResult.Release release : releases) {
      text.append(
          "%s@%s: %,d bytes as %s in %,d bytes, %,d blobs, %,d transactions%s%n"
              .formatted(
                  release.name(),
                  release.version(),
                  release.inputBytes(),
                  release.profile(),
                  release.encodedBytes(),
                  release.blobs(),
                  release.transactions(),
                  release.stagingReused() ? ", staged before" : ""));
      PublishResult.Delta delta = release.delta();
      if (delta != null) {
        text.append(
            "  a delta against %s, which has %,d of %,d chunks as they are%n"
                .formatted(delta.parent(), delta.sameChunks(), delta.chunks()));
      }
      if (release.record() != null) {
        text.append(RecordText.lines(release.record()));
      }
      release.quality().artifacts().forEach(artifact -> quality(text, artifact));
      release
          .quality()
          .sparsity()
          .forEach(
              tensor ->
                  text.append(
                      "  %5.1f %% of %s are 0%n"
                          .formatted(
                              100 * tensor.share(), ForeignText.printable(tensor.tensor()))));
      release.notices().forEach(notice -> text.append("  ").append(notice).append('\n'));
      if (!release.passed()) {
        text.append("  NOT PUBLISHED: nothing of this run was sent\n");
      }
      PublishResult.Publication publication = release.publication();
      if (publication != null) {
        text.append(
            "  sealed as %s by %s%n  for %s ETH%n"
                .formatted(
                    publication.releaseId(),
                    publication.publisher(),
                    new BigDecimal(publication.costWei()).movePointLeft(18).toPlainString()));
      }
    }
    return text.toString();
  }

  private static void quality(StringBuilder text, ReleaseQuality.Artifact artifact) {
    GateResult result = artifact.result();
    for (GateResult.SetQuality set : result.sets()) {
      text.append(
          "  %s, %d samples of %s: quality %.5f, flips %.2f %%%s%n"
              .formatted(
                  result.kind(),
                  set.samples(),
                  set.set(),
                  set.quality().score(),
                  100 * set.quality().flipRate(),
                  set.quality().klDivergence() > 0
                      ? ", KL divergence %.5f".formatted(set.quality().klDivergence())
                      : ""));
    }
    if (!result.passed()) {
      text.append(
          "  %s: quality %.5f is below %s; the tensors that hurt most, and what each one costs:%n"
              .formatted(artifact.path(), result.score(), result.target()));
      result
          .hurting()
          .forEach(
              tensor ->
                  text.append(
                      "    %.5f  %s%n"
                          .formatted(tensor.gain(), ForeignText.printable(tensor.name()))));
    }
  }
}
