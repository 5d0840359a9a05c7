package io.luntra.ethereum.deployment;

import io.luntra.contracts.Deployment;

/**
 * Where contracts that work together stand: 0x and 40 lower-case digits each. By default they
 * follow from the registry's address (see {@link Deployment}).
 *
 * @param references branches and tags
 * @param attestations benchmarks and identities
 * @param market licenses
 * @param proofs what blobs hold
 */
public record ContractAddresses(
    String registry, String references, String attestations, String market, String proofs) {

  /** Those that this build deploys. */
  public static ContractAddresses ofThisBuild() {
    return of(Deployment.ofThisBuild());
  }

  /**
   * Those that this build deploys beside a registry.
   *
   * @param registry 0x and 40 hex digits
   */
  public static ContractAddresses beside(String registry) {
    return of(Deployment.beside(registry));
  }

  private static ContractAddresses of(Deployment deployment) {
    return new ContractAddresses(
        deployment.registry().address(),
        deployment.references().address(),
        deployment.attestations().address(),
        deployment.market().address(),
        deployment.proofs().address());
  }
}
