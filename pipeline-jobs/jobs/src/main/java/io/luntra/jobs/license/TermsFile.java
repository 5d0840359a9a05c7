package io.luntra.jobs.license;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.LicenseTerms.Payee;
import io.luntra.ethereum.license.Use;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads terms as people write them, in YAML; terms.yaml among the samples explains each key. */
public final class TermsFile {
  private static final int MAX_BYTES = 65_536;
  private static final int BPS_DIGITS = 4;
  private static final int MAX_SHORT = 0xffff;
  private static final int UNIT_BITS = 64;
  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,2})?) ?%");
  private static final Pattern MULTIPLIER = Pattern.compile("[0-9](\\.[0-9]{1,4})?");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,20}");
  private static final List<String> KEYS =
      Arrays.stream(TermsEntry.class.getRecordComponents()).map(RecordComponent::getName).toList();
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private TermsFile() {}

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it can't be read, or says no terms: with line and column
   *     where they are known, else with the key
   */
  public static DraftTerms read(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read: %s".formatted(file, e), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInputException("%s: expected at most %d bytes".formatted(file, MAX_BYTES));
    }
    try {
      return draft(entry(new String(bytes, StandardCharsets.UTF_8)));
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static TermsEntry entry(String text) {
    TermsEntry entry;
    try {
      requireKnown(text);
      entry = YAML.readValue(text, TermsEntry.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          place(e.getLocation()) + "no terms: " + e.getOriginalMessage(), e);
    }
    if (entry == null) {
      throw new InvalidInputException("expected uses, price and payees, found nothing");
    }
    return entry;
  }

  /** By itself: the mapper tells an unknown key at the end of the file only. */
  private static void requireKnown(String text) throws JsonProcessingException {
    try (JsonParser parser = YAML.createParser(text)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 1 && token == JsonToken.FIELD_NAME && !KEYS.contains(parser.currentName())) {
          throw new InvalidInputException(
              "%sunknown key \"%s\"; known are %s"
                  .formatted(
                      place(parser.currentTokenLocation()),
                      parser.currentName(),
                      String.join(", ", KEYS)));
        }
      }
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String place(JsonLocation at) {
    return at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static DraftTerms draft(TermsEntry entry) {
    Currency currency = currency(entry);
    boolean ruled = entry.priceRule() != null;
    if (ruled != (entry.priceBounds() != null)) {
      throw new InvalidInputException("priceRule and priceBounds: expected both or none");
    }
    List<Integer> bounds =
        ruled
            ? list("priceBounds", entry.priceBounds(), TermsFile::percent)
            : List.of(LicenseTerms.BPS, LicenseTerms.BPS);
    if (bounds.size() != 2
        || bounds.get(0) > LicenseTerms.BPS
        || bounds.get(1) < LicenseTerms.BPS) {
      throw new InvalidInputException(
          "priceBounds: expected at most 100%, then at least 100%, found " + entry.priceBounds());
    }
    return new DraftTerms(
        uses(entry),
        currency,
        value("price", entry.price(), currency::parse),
        map("classes", LicenseTerms.MAX_CLASSES, entry.classes(), currency::parse),
        map("regions", LicenseTerms.MAX_REGIONS, entry.regions(), TermsFile::multiplier),
        value(
            "duration",
            or(entry.duration(), "forever"),
            text -> text.equals("forever") ? 0L : TimeSpan.seconds(text)),
        seats(entry),
        value("units", or(entry.units(), "0"), TermsFile::units),
        value("unitPrice", or(entry.unitPrice(), "0"), currency::parse),
        list(
            "attesters",
            entry.attesters() == null ? List.of() : entry.attesters(),
            TermsFile::address),
        ruled ? value("priceRule", entry.priceRule(), TermsFile::address) : LicenseTerms.NONE,
        bounds.get(0),
        bounds.get(1),
        value("royalty", or(entry.royalty(), "0%"), TermsFile::percent),
        payees(entry));
  }

  private static Currency currency(TermsEntry entry) {
    String name = or(entry.currency(), "ETH");
    if (name.equals("ETH")) {
      if (entry.decimals() != null && entry.decimals() != Currency.ETHER.decimals()) {
        throw new InvalidInputException(
            "decimals: ETH has %d, found %d"
                .formatted(Currency.ETHER.decimals(), entry.decimals()));
      }
      return Currency.ETHER;
    }
    if (entry.decimals() == null) {
      throw new InvalidInputException("decimals: a token's are needed");
    }
    return new Currency(value("currency", name, TermsFile::address), entry.decimals());
  }

  private static List<Use> uses(TermsEntry entry) {
    List<Use> uses = list("uses", entry.uses() == null ? List.of() : entry.uses(), Use::fromId);
    if (uses.isEmpty() || uses.stream().distinct().count() != uses.size()) {
      throw new InvalidInputException("uses: expected one or more, each once, found " + uses);
    }
    return uses;
  }

  private static int seats(TermsEntry entry) {
    int seats = entry.seats() == null ? 1 : entry.seats();
    if (seats < 0 || seats > MAX_SHORT) {
      throw new InvalidInputException(
          "seats: expected 0 to %d, found %d".formatted(MAX_SHORT, seats));
    }
    return seats;
  }

  private static List<Payee> payees(TermsEntry entry) {
    if (entry.payees() == null || entry.payees().isEmpty()) {
      throw new InvalidInputException("payees: expected one at least");
    }
    Map<String, Integer> shares = new LinkedHashMap<>();
    entry
        .payees()
        .forEach(
            (account, share) -> {
              String address = value("payees", account, TermsFile::address);
              if (shares.put(address, value("payees: " + account, share, TermsFile::percent))
                  != null) {
                throw new InvalidInputException("payees: %s comes twice".formatted(address));
              }
            });
    int sum = shares.values().stream().mapToInt(Integer::intValue).sum();
    if (sum != LicenseTerms.BPS || shares.size() > LicenseTerms.MAX_PAYEES) {
      throw new InvalidInputException(
          "payees: expected at most %d with 100%% together, found %d with %s%%"
              .formatted(
                  LicenseTerms.MAX_PAYEES,
                  shares.size(),
                  BigDecimal.valueOf(sum, 2).stripTrailingZeros().toPlainString()));
    }
    List<Payee> payees = new ArrayList<>();
    shares.forEach((account, bps) -> payees.add(new Payee(account, bps)));
    return payees;
  }

  private static String or(String value, String otherwise) {
    return Optional.ofNullable(value).orElse(otherwise);
  }

  private static <T> T value(String key, String text, Function<String, T> parser) {
    if (text == null) {
      throw new InvalidInputException(key + ": expected a value, found none");
    }
    try {
      return parser.apply(text);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(key, e.getMessage()), e);
    }
  }

  private static <T> List<T> list(String key, List<String> texts, Function<String, T> parser) {
    return texts.stream().map(text -> value(key, text, parser)).toList();
  }

  private static <T> Map<String, T> map(
      String key, int most, Map<String, String> texts, Function<String, T> parser) {
    Map<String, T> values = new LinkedHashMap<>();
    if (texts != null) {
      texts.forEach(
          (word, text) ->
              values.put(
                  value(key, word, TermsFile::word), value(key + ": " + word, text, parser)));
    }
    if (values.size() > most) {
      throw new InvalidInputException(
          "%s: expected at most %d, found %d".formatted(key, most, values.size()));
    }
    return values;
  }

  /**
   * A word that names a class or a region.
   *
   * @throws InvalidInputException when it is none
   */
  public static String word(String text) {
    if (!WORD.matcher(text).matches()) {
      throw new InvalidInputException(
          "expected a word of a-z, 0-9 and -, found \"%s\"".formatted(text));
    }
    return text;
  }

  private static String address(String text) {
    if (!ADDRESS.matcher(text).matches()) {
      throw new InvalidInputException(
          "expected 0x and 40 hex digits, found \"%s\"".formatted(text));
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** In basis points. */
  private static int percent(String text) {
    Matcher matcher = PERCENT.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "expected a percentage such as 12.5%%, with at most two digits after the point, found"
                  .formatted()
              + " \"%s\"".formatted(text));
    }
    int bps = new BigDecimal(matcher.group(1)).movePointRight(2).intValueExact();
    if (bps > MAX_SHORT) {
      throw new InvalidInputException("expected at most 655.35%%, found %s".formatted(text));
    }
    return bps;
  }

  private static int multiplier(String text) {
    if (MULTIPLIER.matcher(text).matches()) {
      int bps = new BigDecimal(text).movePointRight(BPS_DIGITS).intValueExact();
      if (bps <= MAX_SHORT) {
        return bps;
      }
    }
    throw new InvalidInputException(
        "expected a number from 0 to 6.5535 with at most four digits after the point, found \"%s\""
            .formatted(text));
  }

  private static BigInteger units(String text) {
    if (COUNT.matcher(text).matches()) {
      BigInteger units = new BigInteger(text);
      if (units.bitLength() <= UNIT_BITS) {
        return units;
      }
    }
    throw new InvalidInputException(
        "expected a whole number below 2^64, found \"%s\"".formatted(text));
  }
}
