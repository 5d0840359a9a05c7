package io.luntra.jobs.cli;

import io.luntra.ethereum.deployment.ContractAddresses;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Where the contracts beside the registry are. By default they are looked for where this build
 * deploys them.
 */
final class ContractOptions {
  @Option(
      names = "--references",
      paramLabel = "ADDRESS",
      defaultValue = "${env:LUNTRA_REFERENCES}",
      description =
          "Address of ModelReferences, for branches and tags. Default: LUNTRA_REFERENCES, or where"
              + " it follows from the registry's address.")
  private String references;

  @Option(
      names = "--attestations",
      paramLabel = "ADDRESS",
      defaultValue = "${env:LUNTRA_ATTESTATIONS}",
      description =
          "Address of Attestations, for benchmarks. Default: LUNTRA_ATTESTATIONS, or likewise.")
  private String attestations;

  @Option(
      names = "--market",
      paramLabel = "ADDRESS",
      defaultValue = "${env:LUNTRA_MARKET}",
      description = "Address of LicenseMarket, for prices. Default: LUNTRA_MARKET, or likewise.")
  private String market;

  /**
   * Where a contract has to be.
   *
   * @param given whether the user says so; else it may as well not be there
   */
  record Place(String name, String option, String address, boolean given) {}

  Place references(String registry) {
    return place(
        "ModelReferences",
        "--references",
        references,
        ContractAddresses.beside(registry).references());
  }

  Place attestations(String registry) {
    return place(
        "Attestations",
        "--attestations",
        attestations,
        ContractAddresses.beside(registry).attestations());
  }

  Place market(String registry) {
    return place("LicenseMarket", "--market", market, ContractAddresses.beside(registry).market());
  }

  private static Place place(String name, String option, String value, String derived) {
    Optional<String> given =
        CreatorOption.address(option, value == null || value.isBlank() ? null : value.strip());
    return new Place(name, option, given.orElse(derived), given.isPresent());
  }
}
