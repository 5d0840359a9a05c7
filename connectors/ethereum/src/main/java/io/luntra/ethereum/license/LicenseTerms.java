package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a release is sold for: the contract's {@code Terms}, field by field. Prices are in wei, or
 * in the token's smallest unit, for one item; addresses 0x and 40 lower-case digits.
 *
 * @param uses mask of {@link Use}
 * @param currency ERC-20 token; {@link #NONE} for ether
 * @param price what those pay who show no class; below 2^128, as the other prices
 * @param classes at most 16; where one comes twice, the first counts
 * @param regions at most 16, likewise
 * @param duration seconds, below 2^32; 0 for good
 * @param seats of one item, below 2^16
 * @param units of usage of one item, prepaid, below 2^64; 0 when usage is not metered
 * @param unitPrice of one more usage unit; 0 when none are sold
 * @param attesters at most 8
 * @param priceRule moves the price of an item; {@link #NONE} for none
 * @param minPriceBps bound of what the rule says, of the price without it
 * @param maxPriceBps likewise
 * @param royaltyBps what releases that name this one as a parent owe it; at most 5,000
 * @param payees who shares the revenue: 1 to 8
 * @param royalties of the release's parents, in the order of the registry: at most 8
 */
public record LicenseTerms(
    int uses,
    String currency,
    BigInteger price,
    List<ClassPrice> classes,
    List<RegionMultiplier> regions,
    long duration,
    int seats,
    BigInteger units,
    BigInteger unitPrice,
    List<String> attesters,
    String priceRule,
    int minPriceBps,
    int maxPriceBps,
    int royaltyBps,
    List<Payee> payees,
    List<Royalty> royalties) {
  /** The address of nobody: ether as a currency, no rule. */
  public static final String NONE = "0x" + "0".repeat(40);

  /** One whole, in basis points. */
  public static final int BPS = 10_000;

  /** Most that all parents of a release get together. */
  public static final int MAX_ROYALTY_BPS = 5_000;

  public static final int MAX_CLASSES = 16;
  public static final int MAX_REGIONS = 16;
  public static final int MAX_ATTESTERS = 8;
  public static final int MAX_PAYEES = 8;
  static final int MAX_PARENTS = 8;
  static final long MAX_DURATION = 0xffffffffL;
  static final int MAX_SHORT = 0xffff;
  private static final int PRICE_BITS = 128;
  private static final int UNIT_BITS = 64;
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");

  /**
   * What a class of buyers pays.
   *
   * @param id what an attester says of a buyer, {@link LicenseTerms#id} of a word
   */
  public record ClassPrice(Bytes32 id, BigInteger price) {}

  /**
   * What prices are multiplied with in a region.
   *
   * @param id of the region, {@link LicenseTerms#id} of a word
   * @param multiplierBps below 2^16
   */
  public record RegionMultiplier(Bytes32 id, int multiplierBps) {}

  /** Who gets a share. */
  public record Payee(String account, int bps) {}

  /**
   * A parent's share.
   *
   * @param parent release id
   */
  public record Royalty(Bytes32 parent, int bps) {
    /**
     * The parents' shares, as the contract wants them.
     *
     * @param asked what each asks for, in basis points
     */
    static List<Royalty> shares(List<Bytes32> parents, List<Integer> asked) {
      int sum = asked.stream().mapToInt(Integer::intValue).sum();
      List<Royalty> shares = new ArrayList<>();
      for (int i = 0; i < parents.size(); i++) {
        int bps = asked.get(i);
        shares.add(
            new Royalty(parents.get(i), sum > MAX_ROYALTY_BPS ? bps * MAX_ROYALTY_BPS / sum : bps));
      }
      return List.copyOf(shares);
    }
  }

  public LicenseTerms {
    classes = List.copyOf(classes);
    regions = List.copyOf(regions);
    attesters = List.copyOf(attesters);
    payees = List.copyOf(payees);
    royalties = List.copyOf(royalties);
    within("uses", uses, 1, Use.ALL);
    address("currency", currency);
    amount("price", price, PRICE_BITS);
    within("classes", classes.size(), 0, MAX_CLASSES);
    classes.forEach(row -> amount("price of a class", row.price(), PRICE_BITS));
    within("regions", regions.size(), 0, MAX_REGIONS);
    regions.forEach(row -> within("multiplier", row.multiplierBps(), 0, MAX_SHORT));
    within("duration", duration, 0, MAX_DURATION);
    within("seats", seats, 0, MAX_SHORT);
    amount("units", units, UNIT_BITS);
    amount("unit price", unitPrice, PRICE_BITS);
    within("attesters", attesters.size(), 0, MAX_ATTESTERS);
    attesters.forEach(account -> address("attester", account));
    address("price rule", priceRule);
    within("least price", minPriceBps, 0, MAX_SHORT);
    within("highest price", maxPriceBps, 0, MAX_SHORT);
    within("royalty", royaltyBps, 0, MAX_ROYALTY_BPS);
    within("payees", payees.size(), 1, MAX_PAYEES);
    within("royalties", royalties.size(), 0, MAX_PARENTS);
    long shares = 0;
    for (Payee payee : payees) {
      address("payee", payee.account());
      within("share", payee.bps(), 0, BPS);
      shares += payee.bps();
    }
    for (Royalty royalty : royalties) {
      within("royalty of a parent", royalty.bps(), 0, BPS);
      shares += royalty.bps();
    }
    within("all shares, in basis points,", shares, BPS, BPS);
  }

  private static void within(String what, long found, long least, long most) {
    if (found < least || found > most) {
      throw new InvalidInputException(
          "Terms: %s: expected %d to %d, found %d".formatted(what, least, most, found));
    }
  }

  private static void amount(String what, BigInteger found, int bits) {
    if (found.signum() < 0 || found.bitLength() > bits) {
      throw new InvalidInputException(
          "Terms: %s: expected 0 to 2^%d - 1, found %s".formatted(what, bits, found));
    }
  }

  private static void address(String what, String found) {
    if (!ADDRESS.matcher(found).matches()) {
      throw new InvalidInputException(
          "Terms: %s: expected 0x and 40 lower-case hex digits, found \"%s\""
              .formatted(what, found));
    }
  }

  /** By which the contract knows a class or a region: keccak256 of the word. */
  public static Bytes32 id(String word) {
    return Keccak.hash(word.getBytes(StandardCharsets.UTF_8));
  }

  /** By which the contract knows these terms: keccak256(abi.encode(terms)). */
  public Bytes32 hash() {
    return Keccak.hash(TermsStruct.encode(this));
  }

  /**
   * What one item costs without the price rule, rounded up.
   *
   * @param classId {@link Bytes32#ZERO} for the full price
   * @param regionId {@link Bytes32#ZERO} for the price as it stands
   * @throws InvalidInputException when the terms have no such class or region
   */
  public BigInteger itemPrice(Bytes32 classId, Bytes32 regionId) {
    BigInteger item = classId.equals(Bytes32.ZERO) ? price : priceOf(classId);
    if (regionId.equals(Bytes32.ZERO)) {
      return item;
    }
    int multiplier =
        regions.stream()
            .filter(region -> region.id().equals(regionId))
            .findFirst()
            .orElseThrow(() -> new InvalidInputException("The terms have no region " + regionId))
            .multiplierBps();
    BigInteger whole = BigInteger.valueOf(BPS);
    return item.multiply(BigInteger.valueOf(multiplier))
        .add(whole.subtract(BigInteger.ONE))
        .divide(whole);
  }

  private BigInteger priceOf(Bytes32 classId) {
    return classes.stream()
        .filter(row -> row.id().equals(classId))
        .findFirst()
        .orElseThrow(() -> new InvalidInputException("The terms have no class " + classId))
        .price();
  }
}
