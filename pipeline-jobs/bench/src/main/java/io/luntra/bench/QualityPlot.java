package io.luntra.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Quality against bits per weight, as an SVG: one panel a model; 1 − mean cosine of the technical
 * corpus on a logarithmic axis, so that up is better.
 */
public final class QualityPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int MOST_BITS = 10;

  /** Exponents of 1 − cosine. */
  private static final int BEST = -5;

  private static final int WORST = -1;

  private QualityPlot() {}

  /** An SVG document. */
  public static String svg(BenchReport report) {
    List<String> models = report.rows().stream().map(BenchReport.Row::model).distinct().toList();
    StringBuilder svg = new StringBuilder();
    svg.append(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"11\">\n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n")
            .formatted(WIDTH, HEIGHT * models.size()));
    for (int i = 0; i < models.size(); i++) {
      String model = models.get(i);
      panel(
          svg,
          model,
          i * HEIGHT,
          report.rows().stream().filter(row -> row.model().equals(model)).toList());
    }
    return svg.append("</svg>\n").toString();
  }

  private static void panel(StringBuilder svg, String model, int top, List<BenchReport.Row> rows) {
    text(svg, LEFT, top + 24, "start", model + ": quality against size");
    for (int bits = 0; bits <= MOST_BITS; bits += 2) {
      double x = x(bits);
      line(svg, x, top + TOP, x, top + HEIGHT - BOTTOM, "#dddddd");
      text(svg, x, top + HEIGHT - BOTTOM + 16, "middle", Integer.toString(bits));
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, top + HEIGHT - 14, "middle", "bits per weight");
    for (int exponent = BEST; exponent <= WORST; exponent++) {
      double y = top + y(Math.pow(10, exponent));
      line(svg, LEFT, y, WIDTH - RIGHT, y, "#dddddd");
      text(svg, LEFT - 6, y + 4, "end", "1e" + exponent);
    }
    text(svg, 6, top + TOP - 8, "start", "1 - mean cosine");
    List<Double> labels = new ArrayList<>();
    for (BenchReport.Row row : rows) {
      double lost = 1 - row.cosineMean();
      if (row.bitsPerWeight() > MOST_BITS || lost < Math.pow(10, BEST)) {
        continue;
      }
      double x = x(row.bitsPerWeight());
      double y = top + y(lost);
      boolean own = row.codec().equals("luntra");
      svg.append(
          format(
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n",
              x, y, own ? "#1f5fa8" : "#c0392b"));
      double at = y + 4;
      while (isTaken(labels, at)) {
        at += 12;
      }
      labels.add(at);
      text(svg, x + 8, at, "start", own ? row.profile() : row.codec() + " " + row.profile());
    }
  }

  private static boolean isTaken(List<Double> labels, double y) {
    return labels.stream().anyMatch(label -> Math.abs(label - y) < 11);
  }

  private static double x(double bits) {
    return LEFT + bits / MOST_BITS * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double lost) {
    double share = (Math.log10(lost) - BEST) / (WORST - BEST);
    return TOP + Math.min(1, share) * (HEIGHT - TOP - BOTTOM);
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
    svg.append(
        format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
            x1, y1, x2, y2, colour));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    svg.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped));
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
