package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.kzg.VersionedHash;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How far one lane of a release is: its blobs are signed, included and confirmed in their order, so
 * three numbers say it. A batch ends wherever a transaction did.
 */
final class LaneProgress {
  private final List<VersionedHash> blobs;
  private final NavigableMap<Integer, Bytes32> accumulators = new TreeMap<>();
  private int included;
  private int confirmed;

  LaneProgress(List<VersionedHash> blobs) {
    this.blobs = blobs;
    accumulators.put(0, Accumulator.EMPTY);
  }

  int size() {
    return blobs.size();
  }

  int signed() {
    return accumulators.lastKey();
  }

  int included() {
    return included;
  }

  int confirmed() {
    return confirmed;
  }

  boolean isSigned() {
    return signed() == size();
  }

  /** The lane's accumulator when all that is signed stands. */
  Bytes32 accumulator() {
    return accumulators.lastEntry().getValue();
  }

  /** The next so many blobs that are not signed. */
  List<VersionedHash> next(int count) {
    return List.copyOf(blobs.subList(signed(), signed() + count));
  }

  /** So many further blobs are in a signed transaction. */
  void sign(int count) {
    int from = signed();
    accumulators.put(
        from + count, Accumulator.next(accumulator(), blobs.subList(from, from + count)));
  }

  void include(int count) {
    included += count;
  }

  /** A reorganisation took so many blobs out of their blocks. */
  void takeBack(int count) {
    included -= count;
    confirmed = Math.min(confirmed, included);
  }

  void confirm(int count) {
    confirmed += count;
  }

  /** What the registry must show after so many blobs; null where no batch ends there. */
  Bytes32 accumulatorAfter(int count) {
    return accumulators.get(count);
  }
}
