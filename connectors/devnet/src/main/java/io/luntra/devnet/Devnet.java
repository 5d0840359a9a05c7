package io.luntra.devnet;

import io.luntra.contracts.Deployment;
import java.net.URI;
import java.util.List;
import org.web3j.crypto.Credentials;

/** A local chain with the contracts of this build on it, behind a {@link StrictGate}. */
public final class Devnet implements AutoCloseable {
  private final DevnetOptions options;
  private final AnvilProcess anvil;
  private final StrictGate gate;
  private final Deployment contracts;

  private Devnet(DevnetOptions options, AnvilProcess anvil, Deployment contracts) {
    this.options = options;
    this.anvil = anvil;
    this.contracts = contracts;
    this.gate = StrictGate.before(anvil.rpcUrl());
    try {
      deployment().deployMissing(contracts.contracts());
    } catch (RuntimeException | Error e) {
      gate.close();
      throw e;
    }
  }

  /**
   * Starts the chain; deploys the contracts that the state file does not have.
   *
   * @throws io.luntra.failure.InvalidInputException when there is no anvil binary
   */
  public static Devnet start(DevnetOptions options) {
    return start(options, Deployment.ofThisBuild());
  }

  static Devnet start(DevnetOptions options, Deployment contracts) {
    AnvilProcess anvil = AnvilProcess.start(options.anvil());
    try {
      return new Devnet(options, anvil, contracts);
    } catch (RuntimeException | Error e) {
      anvil.close();
      throw e;
    }
  }

  /** JSON-RPC through the gate. */
  public String rpcUrl() {
    return gate.rpcUrl();
  }

  /** Beacon API through the gate; a block is an execution block. */
  public String beaconUrl() {
    return gate.beaconUrl();
  }

  public long chainId() {
    return options.anvil().chainId();
  }

  /** 0x and 40 lower-case digits. */
  public String registryAddress() {
    return contracts.registry().address();
  }

  /** The contracts that stand on the chain. */
  public Deployment contracts() {
    return contracts;
  }

  /** Private keys for lanes, 0x and 64 digits each; these accounts have sent nothing. */
  public List<String> publisherKeys() {
    return anvil.devAccounts().subList(0, options.publishers()).stream()
        .map(Devnet::toHex)
        .toList();
  }

  public StrictGate gate() {
    return gate;
  }

  public AnvilProcess anvil() {
    return anvil;
  }

  /** Deploys a further contract, from the last of the accounts; returns its address. */
  public String deploy(byte[] creationCode) {
    return deployment().deploy(creationCode);
  }

  @Override
  public void close() {
    gate.close();
    anvil.close();
  }

  private ContractDeployment deployment() {
    List<Credentials> accounts = anvil.devAccounts();
    return new ContractDeployment(
        new JsonRpc(URI.create(gate.rpcUrl())),
        accounts.get(accounts.size() - 1),
        options.anvil().mining());
  }

  private static String toHex(Credentials account) {
    return "0x%064x".formatted(account.getEcKeyPair().getPrivateKey());
  }
}
