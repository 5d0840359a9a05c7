package io.luntra.jobs.cli;

import io.luntra.ethereum.attestation.IdentityName;
import io.luntra.ethereum.deployment.ContractAddresses;
import io.luntra.ethereum.identity.IdentityChecker;
import io.luntra.ethereum.identity.IdentityFinding;
import io.luntra.ethereum.identity.IdentityReport;
import io.luntra.ethereum.identity.WebStatements;
import io.luntra.ethereum.node.Node;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Whether and how it is found out who an account is. */
final class IdentityOptions {
  private static final int MAX_FILE_BYTES = 1 << 20;

  @Option(
      names = "--trust",
      paramLabel = "ADDRESS|FILE",
      split = ",",
      defaultValue = "${env:LUNTRA_TRUST}",
      description =
          "Attesters whose word on who an account is counts; a file has one address a line, with"
              + " remarks behind #. Default: LUNTRA_TRUST.")
  private List<String> trust;

  @Option(
      names = "--no-identity",
      description =
          "Do not find out who the owner is: ask neither the domain that it claims nor ENS.")
  private boolean none;

  @Option(
      names = "--domain-at",
      hidden = true,
      paramLabel = "DOMAIN=URL",
      split = ",",
      description =
          "Fetch the statement of a domain from this server, which may be in the own network,"
              + " instead of the domain's own.")
  private List<String> instead;

  /** As --json gives it. */
  record Identity(String account, boolean checked, String notChecked, List<Name> names) {
    static Identity of(IdentityReport report) {
      return new Identity(
          report.account(),
          report.skipped().isEmpty(),
          report.skipped().orElse(null),
          report.findings().stream()
              .map(
                  finding ->
                      new Name(
                          finding.identity().kind(),
                          finding.identity().name(),
                          finding.outcome(),
                          finding.how()))
              .toList());
    }
  }

  /**
   * A name that an account claims, or is said to have.
   *
   * @param how it was verified, or why it was not
   */
  record Name(IdentityName.Kind kind, String name, IdentityFinding.Outcome outcome, String how) {}

  /** Who an account is; a chain that does not say is no failure. */
  IdentityReport check(ChainOptions chain, String account) throws InterruptedException {
    Set<String> trusted = trusted();
    WebStatements web = new WebStatements(instead());
    if (none) {
      return IdentityReport.skipped(account, "--no-identity");
    }
    try {
      Node node = CallCommand.node(chain);
      String attestations = ContractAddresses.beside(chain.registry()).attestations();
      return IdentityChecker.of(node, attestations, web, trusted).check(account);
    } catch (LuntraException e) {
      return IdentityReport.skipped(account, e.getMessage());
    }
  }

  /** For people, each line with a line end. */
  static String lines(IdentityReport report, String role, String indent) {
    return report.lines(role).stream()
        .map(line -> indent + line + "\n")
        .collect(Collectors.joining());
  }

  private Set<String> trusted() {
    Set<String> trusted = new HashSet<>();
    for (String value : trust == null ? List.<String>of() : trust) {
      if (value.isBlank()) {
        continue;
      }
      if (value.startsWith("0x")) {
        trusted.add(CreatorOption.address("--trust", value.strip()).orElseThrow());
      } else {
        trusted.addAll(file(value.strip()));
      }
    }
    return trusted;
  }

  private static List<String> file(String name) {
    try {
      Path file = Path.of(name);
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidInputException("--trust: %s has more than 1 MiB".formatted(name));
      }
      return Files.readString(file)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .map(line -> CreatorOption.address("--trust, file " + name, line).orElseThrow())
          .toList();
    } catch (IOException | InvalidPathException e) {
      throw new InvalidInputException(
          "--trust: neither an address nor a file that can be read: \"%s\"".formatted(name), e);
    }
  }

  private Map<String, URI> instead() {
    Map<String, URI> servers = new HashMap<>();
    for (String value : instead == null ? List.<String>of() : instead) {
      Map.Entry<String, URI> server = WebStatements.parseInstead(value);
      servers.put(server.getKey(), server.getValue());
    }
    return servers;
  }
}
