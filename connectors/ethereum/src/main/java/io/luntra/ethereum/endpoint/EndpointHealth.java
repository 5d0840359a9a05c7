package io.luntra.ethereum.endpoint;

/**
 * How an endpoint of a pool has done so far.
 *
 * @param name scheme, host and port
 * @param requests attempts, those under way included
 * @param failures attempts that brought no answer of use
 * @param lastFailure what the last of them met, or why the endpoint was banned; empty when neither
 */
public record EndpointHealth(
    String name, State state, long requests, long failures, String lastFailure) {
  /** Whether an endpoint is asked. */
  public enum State {
    /** It is asked. */
    CLOSED,
    /** It is left alone for a while. */
    OPEN,
    /** One request tries whether it answers again. */
    HALF_OPEN,
    /** It is never asked again. */
    BANNED
  }
}
