package io.luntra.devnet;

import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.web3j.crypto.Credentials;

/**
 * A running anvil on a free port of 127.0.0.1. Ends with {@link #close()}, or with this virtual
 * machine.
 */
public final class AnvilProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final AnvilOutput output;
  private final Thread shutdownHook;
  private final List<Credentials> devAccounts;
  private String url;

  private AnvilProcess(Process process, AnvilOptions options) {
    this.process = process;
    this.output = new AnvilOutput(process.getInputStream());
    this.shutdownHook = new Thread(process::destroy, "anvil-shutdown");
    this.devAccounts = DevAccounts.derive(options.mnemonic(), options.accounts());
  }

  /**
   * Returns when the node answers.
   *
   * @throws io.luntra.failure.InvalidInputException when there is no anvil binary
   * @throws LuntraException when it does not start; the message holds what it printed last
   */
  public static AnvilProcess start(AnvilOptions options) {
    return start(AnvilBinary.locate(), options);
  }

  static AnvilProcess start(Path binary, AnvilOptions options) {
    List<String> command = new ArrayList<>();
    command.add(binary.toString());
    command.addAll(options.arguments());
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new LuntraException("Cannot start anvil at " + binary, e);
    }
    AnvilProcess anvil = null;
    try {
      anvil = new AnvilProcess(process, options);
      Runtime.getRuntime().addShutdownHook(anvil.shutdownHook);
      anvil.awaitReady(options.chainId());
      return anvil;
    } catch (RuntimeException | Error e) {
      if (anvil == null) {
        process.destroyForcibly();
      } else {
        anvil.close();
      }
      throw e;
    }
  }

  /** JSON-RPC over HTTP, without the rules of a public pool; see {@link StrictGate}. */
  public String rpcUrl() {
    return url;
  }

  /** Where {@code /eth/v1/beacon/blobs/{block}} is served; a block is an execution block here. */
  public String beaconUrl() {
    return url;
  }

  /** The native process itself, not of a wrapper. */
  public long pid() {
    return process.pid();
  }

  /** The funded accounts, in order of their derivation index. */
  public List<Credentials> devAccounts() {
    return devAccounts;
  }

  /** Stops the process, which writes its state file first. A second call does nothing. */
  @Override
  public void close() {
    process.destroy();
    boolean interrupted = false;
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      interrupted = true;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The virtual machine is going down, and the hook with it.
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitReady(long chainId) {
    Thread reader = new Thread(output, "anvil-output");
    reader.setDaemon(true);
    reader.start();
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    try {
      int port = output.port().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
      url = "http://127.0.0.1:" + port;
      awaitAnswer(new JsonRpc(URI.create(url)), chainId, deadline);
    } catch (ExecutionException e) {
      throw failure("ended before it listened", e.getCause());
    } catch (TimeoutException e) {
      throw failure("did not listen within " + START_LIMIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("start was interrupted", e);
    }
  }

  private void awaitAnswer(JsonRpc rpc, long chainId, long deadline) throws InterruptedException {
    while (true) {
      try {
        long found = rpc.quantity("eth_chainId").longValueExact();
        if (found != chainId) {
          throw failure("is on chain %d, expected %d".formatted(found, chainId), null);
        }
        return;
      } catch (JsonRpc.TransportException e) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          throw failure("does not answer at " + url, e);
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
  }

  private LuntraException failure(String what, Throwable cause) {
    return new LuntraException(
        "anvil %s; its last output:%n%s".formatted(what, output.tail()), cause);
  }
}
