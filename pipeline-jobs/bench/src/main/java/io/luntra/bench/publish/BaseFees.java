package io.luntra.bench.publish;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Base fees of execution gas around 0.25 gwei by block: their logarithm is a process of first order
 * with a standard deviation of 15 %. What we do is too little to move them.
 */
final class BaseFees {
  private static final double MEAN_WEI = 250e6;
  private static final double MEMORY = 0.95;
  private static final double DEVIATION = 0.15;

  private final Random random;
  private final List<BigInteger> fees = new ArrayList<>();
  private double deviation;

  BaseFees(long seed) {
    random = new Random(seed);
  }

  BigInteger at(int block) {
    while (fees.size() <= block) {
      deviation =
          MEMORY * deviation
              + DEVIATION * StrictMath.sqrt(1 - MEMORY * MEMORY) * random.nextGaussian();
      fees.add(BigInteger.valueOf((long) (MEAN_WEI * StrictMath.exp(deviation))));
    }
    return fees.get(block);
  }
}
