package io.luntra.ethereum.license;

/**
 * How a release is offered.
 *
 * @param version of the latest terms; 0 when it never had any
 * @param royaltyBps what these ask of derivatives
 * @param withdrawn whether nobody can buy on them any more
 */
public record Offer(long version, int royaltyBps, boolean withdrawn) {
  public boolean onSale() {
    return version > 0 && !withdrawn;
  }
}
