package io.luntra.jobs.cli;

import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: the first column flush left, the others flush right. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a row; the first is the head. All have as many cells. */
  TextTable row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = rows.get(r).get(i);
        String space = " ".repeat(widths[i] - cell.length());
        line.append(i == 0 ? "  " + cell + space : "   " + space + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
      if (r == 0) {
        for (int i = 0; i < columns; i++) {
          text.append(i == 0 ? "  " : "   ").append("─".repeat(widths[i]));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }
}
