package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws releases and their parents, children first, as {@code git log --graph} does: a column for
 * each line of descent that is still to be followed.
 */
final class ReleaseGraph {
  private static final int WIDTH = 2;

  /** The release that each column leads to; null for one that ends. */
  private final List<Bytes32> columns = new ArrayList<>();

  private final StringBuilder text = new StringBuilder();

  /**
   * Adds a release.
   *
   * @param parents none of them was added before
   * @param details lines below the title
   */
  void release(Bytes32 id, List<Bytes32> parents, String title, List<String> details) {
    if (!columns.contains(id)) {
      columns.add(id);
    }
    int column = columns.indexOf(id);
    while (columns.lastIndexOf(id) > column) {
      join(column, columns.lastIndexOf(id));
    }
    char[] line = columnsLine();
    line[column * WIDTH] = '*';
    append(line, title);
    columns.set(column, parents.isEmpty() ? null : parents.get(0));
    for (int i = parents.size() - 1; i > 0; i--) {
      split(column, parents.get(i));
    }
    details.forEach(this::note);
    if (parents.isEmpty()) {
      end(column);
    }
  }

  /** Adds a line beside the columns. */
  void note(String line) {
    append(columnsLine(), line);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /** A later column that leads to the same release runs into an earlier one. */
  private void join(int column, int later) {
    char[] line = columnsLine();
    for (int k = later; k < columns.size(); k++) {
      line[k * WIDTH] = ' ';
      line[k * WIDTH - 1] = '/';
    }
    for (int k = column; k < later - 1; k++) {
      line[k * WIDTH + 1] = '_';
    }
    append(line, "");
    columns.remove(later);
  }

  /** A new column, right of one, for a further parent. */
  private void split(int column, Bytes32 parent) {
    char[] line = columnsLine();
    for (int k = column + 1; k < columns.size(); k++) {
      line[k * WIDTH] = ' ';
      line[k * WIDTH + 1] = '\\';
    }
    line[column * WIDTH + 1] = '\\';
    append(line, "");
    columns.add(column + 1, parent);
  }

  /** The columns right of one that ends move to the left. */
  private void end(int column) {
    if (column < columns.size() - 1) {
      char[] line = columnsLine();
      for (int k = column + 1; k < columns.size(); k++) {
        line[k * WIDTH] = ' ';
        line[k * WIDTH - 1] = '/';
      }
      append(line, "");
    }
    columns.remove(column);
  }

  private char[] columnsLine() {
    char[] line = new char[columns.size() * WIDTH];
    Arrays.fill(line, ' ');
    for (int k = 0; k < columns.size(); k++) {
      line[k * WIDTH] = columns.get(k) == null ? ' ' : '|';
    }
    return line;
  }

  private void append(char[] line, String content) {
    text.append((new String(line) + content).stripTrailing()).append('\n');
  }
}
