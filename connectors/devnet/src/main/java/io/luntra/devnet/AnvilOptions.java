package io.luntra.devnet;

import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an anvil is started.
 *
 * @param blockTime positive where {@link Mining} has an interval, zero otherwise
 * @param stateFile where the chain, blobs included, is kept over restarts; written on close and
 *     every {@code stateInterval}
 * @param stateInterval whole seconds, at least one
 * @param chainId at least 1
 * @param accounts funded development accounts, 1 to 1,000
 * @param mnemonic BIP-39 phrase that the accounts' keys come from
 * @param balanceEther of each account at genesis, at least 1
 */
public record AnvilOptions(
    Mining mining,
    Duration blockTime,
    Optional<Path> stateFile,
    Duration stateInterval,
    long chainId,
    int accounts,
    String mnemonic,
    long balanceEther) {
  private static final String WELL_KNOWN_MNEMONIC =
      "test test test test test test test test test test test junk";

  public AnvilOptions {
    boolean interval = mining == Mining.ON_INTERVAL || mining == Mining.ON_TRANSACTION_AND_INTERVAL;
    if (interval ? blockTime.isNegative() || blockTime.isZero() : !blockTime.isZero()) {
      throw new InvalidInputException(
          "Block time: expected %s with %s, found %s"
              .formatted(interval ? "a positive one" : "zero", mining, blockTime));
    }
    if (stateInterval.toSeconds() < 1) {
      throw new InvalidInputException(
          "State interval: expected one second or more, found " + stateInterval);
    }
    requireRange("Chain id", chainId, Long.MAX_VALUE);
    requireRange("Number of accounts", accounts, 1_000);
    requireRange("Balance in ether", balanceEther, 1_000_000_000L);
  }

  /** A block per transaction, chain 31337, ten accounts of the well-known mnemonic, no file. */
  public static AnvilOptions defaults() {
    return new AnvilOptions(
        Mining.ON_TRANSACTION,
        Duration.ZERO,
        Optional.empty(),
        Duration.ofSeconds(5),
        31_337,
        10,
        WELL_KNOWN_MNEMONIC,
        10_000);
  }

  public AnvilOptions withBlockTime(Duration time) {
    return withMining(Mining.ON_INTERVAL, time);
  }

  /** A block per transaction, and one every so often without any. */
  public AnvilOptions withIdleBlocks(Duration time) {
    return withMining(Mining.ON_TRANSACTION_AND_INTERVAL, time);
  }

  public AnvilOptions withMiningOnDemand() {
    return withMining(Mining.ON_DEMAND, Duration.ZERO);
  }

  public AnvilOptions withStateFile(Path file) {
    return new AnvilOptions(
        mining,
        blockTime,
        Optional.of(file),
        stateInterval,
        chainId,
        accounts,
        mnemonic,
        balanceEther);
  }

  public AnvilOptions withChainId(long id) {
    return new AnvilOptions(
        mining, blockTime, stateFile, stateInterval, id, accounts, mnemonic, balanceEther);
  }

  public AnvilOptions withAccounts(int count, long ether) {
    return new AnvilOptions(
        mining, blockTime, stateFile, stateInterval, chainId, count, mnemonic, ether);
  }

  private AnvilOptions withMining(Mining how, Duration time) {
    return new AnvilOptions(
        how, time, stateFile, stateInterval, chainId, accounts, mnemonic, balanceEther);
  }

  List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--color",
                "never",
                "--hardfork",
                "osaka",
                "--no-request-size-limit",
                "--slots-in-an-epoch",
                "2",
                "--chain-id",
                Long.toString(chainId),
                "--accounts",
                Integer.toString(accounts),
                "--mnemonic",
                mnemonic,
                "--balance",
                Long.toString(balanceEther)));
    switch (mining) {
      case ON_TRANSACTION -> {}
      case ON_INTERVAL -> arguments.addAll(List.of("--block-time", blockSeconds()));
      case ON_TRANSACTION_AND_INTERVAL ->
          arguments.addAll(List.of("--block-time", blockSeconds(), "--mixed-mining"));
      case ON_DEMAND -> arguments.add("--no-mining");
    }
    stateFile.ifPresent(
        file ->
            arguments.addAll(
                List.of(
                    "--state",
                    file.toAbsolutePath().toString(),
                    "--state-interval",
                    Long.toString(stateInterval.toSeconds()))));
    return arguments;
  }

  private String blockSeconds() {
    return BigDecimal.valueOf(blockTime.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private static void requireRange(String what, long value, long maximum) {
    if (value < 1 || value > maximum) {
      throw new InvalidInputException(
          "%s: expected 1 to %,d, found %,d".formatted(what, maximum, value));
    }
  }

  @Override
  public String toString() {
    return "AnvilOptions[mining=%s, blockTime=%s, stateFile=%s, chainId=%d, accounts=%d]"
        .formatted(mining, blockTime, stateFile, chainId, accounts);
  }
}
