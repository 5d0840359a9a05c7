package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Terms of all shapes; the same seed gives the same. */
final class RandomTerms {
  private final Random random;

  RandomTerms(long seed) {
    random = new Random(seed);
  }

  LicenseTerms next() {
    List<LicenseTerms.Royalty> royalties =
        some(8, () -> new LicenseTerms.Royalty(word(), random.nextInt(626)));
    int left = 10_000 - royalties.stream().mapToInt(LicenseTerms.Royalty::bps).sum();
    List<LicenseTerms.Payee> payees = new ArrayList<>();
    for (int others = random.nextInt(8); others > 0; others--) {
      int bps = random.nextInt(left / (others + 1) + 1);
      payees.add(new LicenseTerms.Payee(address(), bps));
      left -= bps;
    }
    payees.add(0, new LicenseTerms.Payee(address(), left));
    return new LicenseTerms(
        1 + random.nextInt(15),
        random.nextBoolean() ? LicenseTerms.NONE : address(),
        number(128),
        some(16, () -> new LicenseTerms.ClassPrice(word(), number(128))),
        some(16, () -> new LicenseTerms.RegionMultiplier(word(), random.nextInt(65_536))),
        random.nextInt() & 0xffffffffL,
        random.nextInt(65_536),
        number(64),
        number(128),
        some(8, this::address),
        random.nextBoolean() ? LicenseTerms.NONE : address(),
        random.nextInt(10_001),
        10_000 + random.nextInt(55_536),
        random.nextInt(5_001),
        payees,
        royalties);
  }

  private <T> List<T> some(int most, Supplier<T> element) {
    return Stream.generate(element).limit(random.nextInt(most + 1)).toList();
  }

  private BigInteger number(int bits) {
    return new BigInteger(random.nextInt(bits + 1), random);
  }

  Bytes32 word() {
    return new Bytes32(bytes(32));
  }

  String address() {
    return Hex.encode(bytes(20));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
