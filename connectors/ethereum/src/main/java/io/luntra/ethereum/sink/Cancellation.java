package io.luntra.ethereum.sink;

/** Takes back what the accounts of a sink have in flight; needs no cluster. */
public final class Cancellation {
  private Cancellation() {}

  /**
   * Returns when nothing is in flight any more.
   *
   * @return how many transactions were cancelled before they were included
   * @throws io.luntra.failure.LuntraException when another publisher has an account, or the chain
   *     or the journal fail
   */
  public static int of(BlobSinkConfig config) throws InterruptedException {
    try (OpenPublisher open = OpenPublisher.open(config, nodes -> new LoggingListener())) {
      return open.publisher().cancel();
    }
  }
}
