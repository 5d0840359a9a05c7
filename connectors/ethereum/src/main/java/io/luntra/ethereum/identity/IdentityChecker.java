package io.luntra.ethereum.identity;

import io.luntra.ethereum.attestation.AttestationReader;
import io.luntra.ethereum.attestation.IdentityName;
import io.luntra.ethereum.node.Node;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out who an account is: what it claims is checked with who has the name, and with attesters
 * that the user trusts. What an account says of itself counts for nothing.
 */
public final class IdentityChecker {
  /** An account may claim any number of names, each of which costs a request. */
  private static final int MAX_CLAIMS = 8;

  private final long chainId;
  private final AttestationReader attestations;
  private final StatementSource statements;
  private final EnsNames ens;
  private final Set<String> trusted;

  private IdentityChecker(
      long chainId,
      AttestationReader attestations,
      StatementSource statements,
      EnsNames ens,
      Set<String> trusted) {
    this.chainId = chainId;
    this.attestations = attestations;
    this.statements = statements;
    this.ens = ens;
    this.trusted = Set.copyOf(trusted);
  }

  /**
   * A checker on one chain.
   *
   * @param attestations address of the contract, 0x and 40 lower-case digits
   * @param trusted attesters whose word counts, 0x and 40 lower-case digits each
   * @throws InvalidInputException when no such contract is there
   */
  public static IdentityChecker of(
      Node node, String attestations, StatementSource statements, Set<String> trusted)
      throws InterruptedException {
    return new IdentityChecker(
        node.chainId(),
        AttestationReader.of(node, attestations),
        statements,
        new EnsNames(node),
        trusted);
  }

  /**
   * Checks what an account claims, its newest 8 names, and what trusted attesters say of it.
   *
   * @param account 0x and 40 lower-case digits
   */
  public IdentityReport check(String account) throws InterruptedException {
    List<AttestationReader.Claim> claims = attestations.claims(account);
    Map<IdentityName, IdentityFinding> findings = new LinkedHashMap<>();
    for (AttestationReader.Claim claim : claims.subList(0, Math.min(MAX_CLAIMS, claims.size()))) {
      findings.put(claim.identity(), check(claim));
    }
    for (AttestationReader.Attestation said : attestations.identities(account)) {
      IdentityFinding found = findings.get(said.identity());
      if (trusted.contains(said.attester())
          && (found == null || found.outcome() == IdentityFinding.Outcome.UNVERIFIED)
          && attestations.holds(said.attester(), account, said.identity())) {
        findings.put(
            said.identity(),
            verified(
                said.identity(),
                "attested by %s, whom you trust, until %s"
                    .formatted(said.attester(), until(said.validUntil()))));
      }
    }
    List<IdentityFinding> verifiedFirst = new ArrayList<>();
    findings.values().stream().filter(IdentityFinding::isVerified).forEach(verifiedFirst::add);
    findings.values().stream().filter(f -> !f.isVerified()).forEach(verifiedFirst::add);
    return new IdentityReport(
        account, verifiedFirst, Math.max(0, claims.size() - MAX_CLAIMS), Optional.empty());
  }

  private IdentityFinding check(AttestationReader.Claim claim) throws InterruptedException {
    IdentityName identity = claim.identity();
    try {
      return switch (identity.kind()) {
        case DOMAIN -> domain(claim);
        case ENS -> ens(claim);
        case INSTITUTION -> unverified(identity, "no attester that you trust says so");
      };
    } catch (LuntraException e) {
      return unverified(identity, "it could not be checked: " + e.getMessage());
    }
  }

  private IdentityFinding domain(AttestationReader.Claim claim) {
    IdentityName identity = claim.identity();
    StatementSource.Found found;
    try {
      found = statements.fetch(identity.name());
    } catch (StatementSource.UnavailableException e) {
      return unverified(identity, "its statement could not be had: " + e.getMessage());
    }
    StatementFile file;
    try {
      file = StatementFile.fromJson(found.json());
    } catch (InvalidInputException e) {
      return unverified(identity, "what it serves is no statement: " + e.getMessage());
    }
    Optional<DomainStatement> statement =
        file.find(claim.account(), identity.name(), chainId, attestations.address());
    if (statement.isEmpty()) {
      return contradicted(identity, "the domain's statement does not name this account");
    }
    String signer;
    try {
      signer = statement.get().signer();
    } catch (InvalidInputException e) {
      return contradicted(identity, "the signature of the domain's statement is not valid");
    }
    if (!signer.equals(claim.account())) {
      return contradicted(identity, "the domain's statement was signed by " + signer);
    }
    if (!statement.get().digest().equals(claim.statement())) {
      return contradicted(
          identity,
          "the domain's statement has digest %s, the claim %s"
              .formatted(statement.get().digest(), claim.statement()));
    }
    return verified(identity, found.where() + ", checked now");
  }

  private IdentityFinding ens(AttestationReader.Claim claim) throws InterruptedException {
    IdentityName identity = claim.identity();
    if (!ens.isThere()) {
      return unverified(identity, "chain %d has no ENS".formatted(chainId));
    }
    Optional<String> account = ens.account(identity.name());
    if (account.isEmpty()) {
      return unverified(identity, "ENS has no address for it");
    }
    if (!account.get().equals(claim.account())) {
      return contradicted(identity, "in ENS it stands for " + account.get());
    }
    Optional<String> primary = ens.primaryName(claim.account());
    if (primary.isPresent() && !primary.get().equals(identity.name())) {
      return unverified(identity, "in ENS the account goes by " + primary.get());
    }
    return verified(identity, "by ENS, checked now");
  }

  private static String until(BigInteger seconds) {
    try {
      return Instant.ofEpochSecond(seconds.longValueExact()).toString();
    } catch (ArithmeticException | DateTimeException e) {
      return "the end of time";
    }
  }

  private static IdentityFinding verified(IdentityName identity, String how) {
    return finding(identity, IdentityFinding.Outcome.VERIFIED, how);
  }

  private static IdentityFinding contradicted(IdentityName identity, String why) {
    return finding(identity, IdentityFinding.Outcome.CONTRADICTED, why);
  }

  private static IdentityFinding unverified(IdentityName identity, String why) {
    return finding(identity, IdentityFinding.Outcome.UNVERIFIED, why);
  }

  private static IdentityFinding finding(
      IdentityName identity, IdentityFinding.Outcome outcome, String how) {
    return new IdentityFinding(identity, outcome, ForeignText.printable(how));
  }
}
