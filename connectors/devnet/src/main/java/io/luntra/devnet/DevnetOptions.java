package io.luntra.devnet;

import io.luntra.failure.InvalidInputException;
import java.time.Duration;

/**
 * How a devnet is started.
 *
 * @param publishers accounts kept for lanes, 1 to one less than the accounts of {@code anvil}: the
 *     last account deploys, for a pool holds an account to one kind of transaction
 */
public record DevnetOptions(AnvilOptions anvil, int publishers) {
  private static final Duration IDLE_BLOCK_TIME = Duration.ofMillis(250);

  public DevnetOptions {
    if (publishers < 1 || publishers >= anvil.accounts()) {
      throw new InvalidInputException(
          "Publishers: expected 1 to %d, one less than the accounts, found %d"
              .formatted(anvil.accounts() - 1, publishers));
    }
  }

  /** A chain whose blocks become final within about two seconds, and four publishers. */
  public static DevnetOptions defaults() {
    return new DevnetOptions(AnvilOptions.defaults().withIdleBlocks(IDLE_BLOCK_TIME), 4);
  }

  public DevnetOptions withAnvil(AnvilOptions options) {
    return new DevnetOptions(options, publishers);
  }

  public DevnetOptions withPublishers(int count) {
    return new DevnetOptions(anvil, count);
  }
}
