package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.blob.Bytes32;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReleaseGraphTest {
  private final ReleaseGraph graph = new ReleaseGraph();

  private static Bytes32 id(char name) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) name;
    return new Bytes32(bytes);
  }

  private void release(char name, String parents, String... details) {
    graph.release(
        id(name),
        parents.chars().mapToObj(parent -> id((char) parent)).toList(),
        String.valueOf(name),
        Arrays.asList(details));
  }

  private void assertDrawn(String... lines) {
    assertThat(graph.toString().lines()).containsExactly(lines);
  }

  @Test
  void aChainIsOneColumn() {
    release('c', "b", "at c");
    release('b', "a");
    graph.note("-- between");
    release('a', "", "at a");
    assertDrawn("* c", "| at c", "* b", "| -- between", "* a", "  at a");
  }

  @Test
  void aMergeSplitsAndItsParentsJoinAgain() {
    release('d', "bc", "at d");
    release('c', "a");
    release('b', "a", "at b");
    release('a', "");
    assertDrawn("* d", "|\\", "| | at d", "| * c", "* | b", "| | at b", "|/", "* a");
  }

  @Test
  void columnsRightOfWhatChangesMove() {
    release('h', "efg");
    release('g', "a");
    release('f', "");
    release('e', "cd");
    release('d', "a");
    release('c', "a");
    release('a', "");
    assertDrawn(
        "* h", "|\\", "|\\ \\", "| | * g", "| * | f", "|  /", "* | e", "|\\ \\", "| * | d",
        "* | | c", "|_|/", "|/", "* a");
  }

  @Test
  void linesOfDescentThatNothingJoinsStandSideBySide() {
    release('c', "");
    release('b', "");
    assertDrawn("* c", "* b");
  }
}
