package io.luntra.jobs.diff;

import io.luntra.codec.TensorNumbers;
import io.luntra.failure.VerificationException;
import io.luntra.manifest.TensorEntry;
import io.luntra.tensor.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a tensor in two files at once, a MiB or so of each at a time, and adds up differences. */
public final class TensorComparison {
  private static final int ELEMENTS = 1 << 17;

  private final DataType before;
  private final DataType after;
  private double squaredDifferences;
  private double squaredValues;
  private double greatest;
  private long changed;

  private TensorComparison(DataType before, DataType after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Compares one tensor.
   *
   * @param before the file that holds the tensor of the first release, verified
   * @param after likewise of the second
   * @return empty where shapes differ, or the numbers of an element type are not known here
   * @throws VerificationException when a file ends before the tensor
   */
  public static Optional<TensorChange> compare(TensorDifference tensor, Path before, Path after)
      throws IOException {
    TensorEntry first = tensor.before().orElseThrow();
    TensorEntry second = tensor.after().orElseThrow();
    if (!first.info().shape().equals(second.info().shape())
        || !TensorNumbers.isRead(first.info().dtype())
        || !TensorNumbers.isRead(second.info().dtype())) {
      return Optional.empty();
    }
    TensorComparison comparison = new TensorComparison(first.info().dtype(), second.info().dtype());
    long elements = first.info().elements();
    try (FileChannel firstFile = FileChannel.open(before);
        FileChannel secondFile = FileChannel.open(after)) {
      for (long done = 0; done < elements; done += ELEMENTS) {
        int count = (int) Math.min(ELEMENTS, elements - done);
        comparison.add(
            read(before, firstFile, first, done, count),
            read(after, secondFile, second, done, count),
            count);
      }
    }
    return Optional.of(comparison.change(elements));
  }

  private static ByteBuffer read(
      Path path, FileChannel file, TensorEntry tensor, long element, int count) throws IOException {
    int width = tensor.info().dtype().bytes();
    ByteBuffer bytes = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
    long position = tensor.offset() + element * width;
    while (bytes.hasRemaining()) {
      if (file.read(bytes, position + bytes.position()) < 0) {
        throw new VerificationException(
            "%s: ends at byte %d, within tensor %s"
                .formatted(path, position + bytes.position(), tensor.info().name()));
      }
    }
    return bytes.flip();
  }

  private void add(ByteBuffer first, ByteBuffer second, int count) {
    boolean integers = before == after && !before.isFloat();
    int width = before.bytes();
    TensorNumbers firstNumbers = new TensorNumbers(before, first);
    TensorNumbers secondNumbers = new TensorNumbers(after, second);
    for (int i = 0; i < count; i++) {
      double a = firstNumbers.get(i);
      double b = secondNumbers.get(i);
      boolean same = integers ? isSame(first, second, i * width, width) : a == b || bothNan(a, b);
      if (!same) {
        changed++;
      }
      double difference = Math.abs(a - b);
      if (Double.isFinite(a)) {
        squaredValues += a * a;
      }
      if (Double.isFinite(difference)) {
        squaredDifferences += difference * difference;
        greatest = Math.max(greatest, difference);
      }
    }
  }

  private TensorChange change(long elements) {
    double relative = squaredDifferences == 0 ? 0 : Math.sqrt(squaredDifferences / squaredValues);
    return new TensorChange(relative, greatest, changed, elements);
  }

  private static boolean bothNan(double a, double b) {
    return Double.isNaN(a) && Double.isNaN(b);
  }

  /** Numbers of 64 bits are not all told apart as doubles. */
  private static boolean isSame(ByteBuffer first, ByteBuffer second, int offset, int width) {
    for (int i = offset; i < offset + width; i++) {
      if (first.get(i) != second.get(i)) {
        return false;
      }
    }
    return true;
  }
}
