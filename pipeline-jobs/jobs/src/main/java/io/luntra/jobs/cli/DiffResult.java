package io.luntra.jobs.cli;

import io.luntra.jobs.diff.Kind;
import io.luntra.jobs.diff.TensorChange;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.manifest.TensorEntry;
import java.util.List;

/**
 * What --json gives.
 *
 * @param delta null where B is no delta against A
 * @param tensors those that differ, at most --limit: by change where that is known, else by size
 * @param benchmarks null where Attestations was not read
 */
record DiffResult(
    boolean ok,
    boolean differ,
    Side before,
    Side after,
    Delta delta,
    int sharedBlobs,
    Counts counts,
    List<File> files,
    List<Tensor> tensors,
    List<Benchmark> benchmarks) {

  record Side(
      String name,
      String version,
      String releaseId,
      String creator,
      String profile,
      int codecVersion,
      long inputBytes,
      long encodedBytes,
      long wireBytes,
      int blobs) {
    static Side of(ChainRelease release) {
      return new Side(
          release.root().name().name(),
          release.root().name().version(),
          release.published().releaseId().toHex(),
          release.published().creator(),
          release.root().profile(),
          release.root().description().codecVersion(),
          release.root().totals().inputBytes(),
          release.root().totals().encodedBytes(),
          release.wireBytes(),
          release.blobs());
    }

    String title() {
      return name + "@" + version;
    }
  }

  /** What B, a delta against A, takes on the wire. */
  record Delta(long encodedBytes, long wireBytes, double shareOfParent) {}

  record Counts(long same, long changed, long added, long removed) {}

  record File(String path, Kind kind, Long bytesBefore, Long bytesAfter) {}

  /**
   * A tensor that differs.
   *
   * @param change null where it is not known
   */
  record Tensor(String path, String name, Kind kind, Stored before, Stored after, Change change) {}

  record Stored(String dtype, List<Long> shape, String codec, String sha256) {
    static Stored of(TensorEntry tensor) {
      return new Stored(
          tensor.info().dtype().name(),
          tensor.info().shape(),
          tensor.codec(),
          tensor.sha256().toHex().substring(2));
    }
  }

  /**
   * By how much the values changed.
   *
   * @param relativeRms null where all values were 0 before
   */
  record Change(Double relativeRms, double greatest, double changedShare) {
    static Change of(TensorChange change) {
      return new Change(
          Double.isFinite(change.relativeRms()) ? change.relativeRms() : null,
          change.greatest(),
          change.changedShare());
    }
  }

  /** Results of one evaluator on one benchmark, as decimal numbers. */
  record Benchmark(
      String benchmark, String metric, String evaluator, List<String> before, List<String> after) {}
}
