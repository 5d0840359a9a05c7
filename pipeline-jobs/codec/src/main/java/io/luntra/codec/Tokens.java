package io.luntra.codec;

/**
 * The alphabet of the level coder: 0, then a positive and a negative token for each class of
 * magnitudes, then {@link #ESCAPE}. Magnitudes below 16 have a class each, those below 128 share
 * one in eighths of an octave, those below 2^21 in quarters, the others in halves; which one of its
 * class a magnitude is, are raw bits.
 */
final class Tokens {
  /** Classes of magnitudes, 0 included. */
  static final int MAGNITUDES = 116;

  /** A level that the table in use has no token for. */
  static final int ESCAPE = 2 * MAGNITUDES - 1;

  /** Tokens, the escape included. */
  static final int COUNT = ESCAPE + 1;

  /** First token that may have raw bits. */
  static final int FIRST_WITH_BITS = 31;

  /** Bits of the largest magnitude. */
  static final int MAGNITUDE_BITS = 31;

  /** Raw bits of an escape before those of the magnitude: its bit length and its sign. */
  static final int ESCAPE_BITS = 6;

  private static final int DIRECT = 128;
  private static final int HALVES = 1 << 21;
  private static final int[] FIRST = new int[MAGNITUDES];
  private static final int[] BITS = new int[MAGNITUDES];
  private static final byte[] CLASS_OF_SMALL = new byte[DIRECT];

  static {
    for (int i = 0; i < MAGNITUDES; i++) {
      if (i < 16) {
        FIRST[i] = i;
      } else if (i < 40) {
        BITS[i] = (i - 16) / 8 + 1;
        FIRST[i] = (8 + i % 8) << BITS[i];
      } else if (i >= 96) {
        BITS[i] = (i - 96) / 2 + 20;
        FIRST[i] = (2 + i % 2) << BITS[i];
      } else {
        BITS[i] = (i - 40) / 4 + 5;
        FIRST[i] = (4 + i % 4) << BITS[i];
      }
    }
    for (int i = 0; i < 40; i++) {
      for (int m = FIRST[i]; m < FIRST[i] + (1 << BITS[i]); m++) {
        CLASS_OF_SMALL[m] = (byte) i;
      }
    }
  }

  private Tokens() {}

  /** Token of a level of magnitude below 2^31. */
  static int of(int level) {
    int magnitude = Math.abs(level);
    int index;
    if (magnitude < DIRECT) {
      index = CLASS_OF_SMALL[magnitude];
    } else if (magnitude >= HALVES) {
      int bits = 30 - Integer.numberOfLeadingZeros(magnitude);
      index = 96 + (bits - 20) * 2 + ((magnitude >>> bits) & 1);
    } else {
      int bits = 29 - Integer.numberOfLeadingZeros(magnitude);
      index = 40 + (bits - 5) * 4 + ((magnitude >>> bits) & 3);
    }
    return level > 0 ? 2 * index - 1 : 2 * index;
  }

  /** Class of magnitudes that a token other than the escape stands for. */
  static int magnitudeClass(int token) {
    return (token + 1) >>> 1;
  }

  /** Smallest magnitude of a class. */
  static int first(int magnitudeClass) {
    return FIRST[magnitudeClass];
  }

  /** Raw bits of a class. */
  static int bits(int magnitudeClass) {
    return BITS[magnitudeClass];
  }
}
