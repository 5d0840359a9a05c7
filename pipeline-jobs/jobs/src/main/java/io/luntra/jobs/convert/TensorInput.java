package io.luntra.jobs.convert;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.Section;
import java.io.IOException;
import org.apache.flink.core.fs.FSDataInputStream;

/** The values of a tensor, from front to back. */
final class TensorInput {
  private final FSDataInputStream in;
  private final Section section;
  private long left;

  TensorInput(FSDataInputStream in, Section section) throws IOException {
    this.in = in;
    this.section = section;
    this.left = section.length();
    in.seek(section.offset());
  }

  /** Bytes that are not read yet. */
  long left() {
    return left;
  }

  /**
   * The next bytes, as many as are asked for and left.
   *
   * @throws InvalidInputException when the file became shorter
   */
  byte[] read(int most) throws IOException {
    int wanted = (int) Math.min(left, most);
    byte[] bytes = in.readNBytes(wanted);
    if (bytes.length < wanted) {
      throw new InvalidInputException(
          "the file ends within tensor '%s'"
              .formatted(ForeignText.printable(section.tensor().name())));
    }
    left -= wanted;
    return bytes;
  }
}
