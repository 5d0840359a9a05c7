package io.luntra.ethereum.attestation;

import io.luntra.failure.InvalidInputException;
import java.util.List;
import java.util.regex.Pattern;

/** Who an account is said to be: a name of a kind. Plain ASCII, as the contract takes it. */
public record IdentityName(Kind kind, String name) {
  private static final int MAX_DOMAIN = 253;
  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*");
  private static final Pattern INSTITUTION = Pattern.compile("[ -~]{1,128}");

  /** What kind of name. */
  public enum Kind {
    /** In the DNS. */
    DOMAIN,
    /** In the Ethereum Name Service. */
    ENS,
    /** What an institution calls itself. */
    INSTITUTION;

    private static final List<Kind> BY_NUMBER = List.of(DOMAIN, ENS, INSTITUTION);

    static Kind of(long number) {
      return BY_NUMBER.get((int) number);
    }

    static int last() {
      return BY_NUMBER.size() - 1;
    }

    int number() {
      return BY_NUMBER.indexOf(this);
    }
  }

  public IdentityName {
    boolean valid =
        kind == Kind.INSTITUTION
            ? INSTITUTION.matcher(name).matches()
            : name.length() <= MAX_DOMAIN
                && DOMAIN.matcher(name).matches()
                && !name.startsWith("-")
                && !name.endsWith("-");
    if (!valid) {
      throw new InvalidInputException(
          kind == Kind.INSTITUTION
              ? "An institution's name is 1 to 128 characters of printable ASCII"
              : "A name such as example.org is expected: 1 to 253 of a-z, 0-9, dot and hyphen");
    }
  }

  @Override
  public String toString() {
    return kind == Kind.INSTITUTION ? '"' + name + '"' : name;
  }
}
