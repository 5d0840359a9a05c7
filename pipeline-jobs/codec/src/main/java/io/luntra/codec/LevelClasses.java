package io.luntra.codec;

import java.util.Arrays;

/**
 * Which expected magnitudes share a frequency table, and which tables these are. Neighbours are
 * joined as long as that makes the stream shorter.
 */
final class LevelClasses {
  /** Spec byte of a table that follows, one frequency for both signs. */
  static final int SYMMETRIC = 252;

  /** Spec byte of a table that follows in full. */
  static final int FULL = 253;

  private static final int SPEC_BITS = 8;
  private static final int CLASS_BITS = 16;
  private static final int STEPS = 3;

  private final BitWriter trial = new BitWriter();
  private final int[] frequencies = new int[LevelEncoder.MAX_CLASSES * Tokens.COUNT];
  private final int[] starts = new int[LevelEncoder.MAX_CLASSES * Tokens.COUNT];
  private final long[] inverses = new long[LevelEncoder.MAX_CLASSES * Tokens.COUNT];
  private final int[] bases = new int[LevelContexts.COUNT];
  private final Group[] groups = new Group[LevelContexts.COUNT];
  private int count;

  /** Places that follow each other. */
  private static final class Group {
    final int first;
    final long[] counts = new long[Tokens.COUNT];
    int last;
    double cost;
    int table;
    double joinedCost;

    Group(int first) {
      this.first = first;
    }

    void add(Group other) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] += other.counts[i];
      }
      last = Math.max(last, other.last);
    }
  }

  int[] frequencies() {
    return frequencies;
  }

  int[] starts() {
    return starts;
  }

  long[] inverses() {
    return inverses;
  }

  /** Where the table of a place begins in the arrays above. */
  int[] bases() {
    return bases;
  }

  /** Takes how often each token occurs in each place. */
  void choose(int[] places) {
    count = 0;
    for (int place = 0; place < LevelContexts.COUNT; place++) {
      Group group = null;
      for (int token = 0; token < Tokens.COUNT; token++) {
        int n = places[place * Tokens.COUNT + token];
        if (n > 0) {
          if (group == null) {
            group = new Group(place);
          }
          group.counts[token] = n;
          group.last = token;
        }
      }
      if (group != null) {
        fit(group);
        groups[count++] = group;
      }
    }
    for (int i = 0; i + 1 < count; i++) {
      tryToJoin(i);
    }
    join();
  }

  private void join() {
    while (count > 1) {
      int best = 0;
      for (int i = 1; i + 1 < count; i++) {
        if (loss(i) < loss(best)) {
          best = i;
        }
      }
      if (loss(best) >= 0 && count <= LevelEncoder.MAX_CLASSES) {
        break;
      }
      groups[best].add(groups[best + 1]);
      fit(groups[best]);
      System.arraycopy(groups, best + 2, groups, best + 1, count - best - 2);
      count--;
      if (best > 0) {
        tryToJoin(best - 1);
      }
      if (best + 1 < count) {
        tryToJoin(best);
      }
    }
  }

  private double loss(int i) {
    return groups[i].joinedCost - groups[i].cost - groups[i + 1].cost;
  }

  private void tryToJoin(int i) {
    Group joined = new Group(groups[i].first);
    joined.add(groups[i]);
    joined.add(groups[i + 1]);
    fit(joined);
    groups[i].joinedCost = joined.cost;
  }

  /** Finds the cheapest built-in table. */
  private static void fit(Group group) {
    long sum = 0;
    long n = 0;
    for (int token = 0; token <= group.last; token++) {
      n += group.counts[token];
      sum += group.counts[token] * Tokens.first(Tokens.magnitudeClass(token));
    }
    group.cost = Double.POSITIVE_INFINITY;
    int guess = LevelTables.scaleOf((sum + 0.5) / n);
    for (int shape = 0; shape < LevelTables.SHAPES; shape++) {
      int scale = guess;
      double cost = cost(group, scale, shape);
      for (int direction = -1; direction <= 1; direction += 2) {
        int misses = 0;
        for (int s = guess + direction;
            s >= 0 && s < LevelTables.SCALES && misses < STEPS;
            s += direction) {
          double found = cost(group, s, shape);
          if (found < cost) {
            cost = found;
            scale = s;
            misses = 0;
          } else {
            misses++;
          }
        }
      }
      if (cost < group.cost) {
        group.cost = cost;
        group.table = scale * LevelTables.SHAPES + shape;
      }
    }
    group.cost += SPEC_BITS + CLASS_BITS;
  }

  private static double cost(Group group, int scale, int shape) {
    RansTable table = LevelTables.get(scale * LevelTables.SHAPES + shape);
    double cost = 0;
    for (int token = 0; token <= group.last; token++) {
      long n = group.counts[token];
      if (n > 0) {
        cost += n * cost(table.frequency(token), table.frequency(Tokens.ESCAPE), token);
      }
    }
    return cost;
  }

  private static double cost(int frequency, int escape, int token) {
    int magnitudeClass = Tokens.magnitudeClass(token);
    if (frequency > 0) {
      return RansTable.cost(frequency) + Tokens.bits(magnitudeClass);
    }
    int length = Integer.SIZE - Integer.numberOfLeadingZeros(Tokens.first(magnitudeClass));
    return RansTable.cost(escape) + Tokens.ESCAPE_BITS + Math.max(0, length - 1);
  }

  /** Writes the classes, in whole bytes. */
  void write(BitWriter bits, Output out) {
    Arrays.fill(bases, 0);
    bits.reset();
    for (int i = 0; i < count; i++) {
      Group group = groups[i];
      int[] table = table(group, bits);
      int at = 0;
      for (int token = 0; token < Tokens.COUNT; token++) {
        int to = i * Tokens.COUNT + token;
        frequencies[to] = table[token];
        starts[to] = at;
        inverses[to] = RansTable.inverse(table[token]);
        at += table[token];
      }
      Arrays.fill(bases, group.first, bases.length, i * Tokens.COUNT);
    }
    out.put(count);
    for (int i = 1; i < count; i++) {
      out.put(groups[i].first);
    }
    out.put(bits);
  }

  private int[] table(Group group, BitWriter bits) {
    double best = group.cost;
    int spec = group.table;
    int[] chosen = null;
    for (int form = SYMMETRIC; form <= FULL; form++) {
      int[] candidate =
          form == SYMMETRIC ? symmetric(group) : RansTable.normalise(group.counts, Tokens.COUNT);
      trial.reset();
      writeTable(trial, form, candidate);
      double cost = SPEC_BITS + CLASS_BITS + trial.bitCount();
      for (int token = 0; token <= group.last; token++) {
        if (group.counts[token] > 0) {
          cost += group.counts[token] * cost(candidate[token], 0, token);
        }
      }
      if (cost < best) {
        best = cost;
        spec = form;
        chosen = candidate;
      }
    }
    bits.put(spec, SPEC_BITS);
    if (chosen == null) {
      int[] builtIn = new int[Tokens.COUNT];
      for (int i = 0; i < builtIn.length; i++) {
        builtIn[i] = LevelTables.get(spec).frequency(i);
      }
      return builtIn;
    }
    writeTable(bits, spec, chosen);
    return chosen;
  }

  private static void writeTable(BitWriter bits, int form, int[] table) {
    if (form == FULL) {
      RansTable.write(bits, table, Tokens.COUNT, 2);
      return;
    }
    int[] magnitudes = new int[Tokens.MAGNITUDES];
    magnitudes[0] = table[0];
    for (int i = 1; i < magnitudes.length; i++) {
      magnitudes[i] = table[2 * i];
    }
    RansTable.write(bits, magnitudes, magnitudes.length, 1);
  }

  /**
   * A table with one frequency for both signs; what is left over goes to 0 or, failing that,
   * escapes.
   */
  private static int[] symmetric(Group group) {
    long[] both = new long[Tokens.MAGNITUDES + 1];
    for (int token = 0; token < Tokens.ESCAPE; token++) {
      both[Tokens.magnitudeClass(token)] += group.counts[token];
    }
    int[] whole = RansTable.normalise(both, Tokens.MAGNITUDES);
    int[] result = new int[Tokens.COUNT];
    int sum = 0;
    for (int i = 1; i < Tokens.MAGNITUDES; i++) {
      int half = (whole[i] + 1) / 2;
      result[2 * i - 1] = half;
      result[2 * i] = half;
      sum += 2 * half;
    }
    for (int i = 1; sum > RansTable.TOTAL - (both[0] > 0 ? 1 : 0); ) {
      // Halves were rounded up: take from the largest.
      for (int j = 1; j < Tokens.MAGNITUDES; j++) {
        if (result[2 * j] > result[2 * i]) {
          i = j;
        }
      }
      result[2 * i - 1]--;
      result[2 * i]--;
      sum -= 2;
    }
    result[both[0] > 0 ? 0 : Tokens.ESCAPE] = RansTable.TOTAL - sum;
    return result;
  }
}
