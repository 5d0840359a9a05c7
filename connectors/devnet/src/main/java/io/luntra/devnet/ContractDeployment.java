package io.luntra.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Hex;
import io.luntra.contracts.Deployment;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;

/** Puts contracts on the chain by ordinary transactions (type 2). */
final class ContractDeployment {
  private static final Duration RECEIPT_LIMIT = Duration.ofMinutes(2);
  private static final BigInteger TIP = BigInteger.valueOf(1_000_000_000L);

  private final JsonRpc rpc;
  private final Credentials deployer;
  private final Mining mining;

  ContractDeployment(JsonRpc rpc, Credentials deployer, Mining mining) {
    this.rpc = rpc;
    this.deployer = deployer;
    this.mining = mining;
  }

  /** Deploys those that the chain does not have yet, all at once. */
  void deployMissing(List<Deployment.Contract> contracts) {
    BigInteger nonce = nonce();
    List<String> hashes = new ArrayList<>();
    for (Deployment.Contract contract : contracts) {
      if (!hasCode(contract.address())) {
        hashes.add(send(nonce, Deployment.PROXY, Hex.encode(contract.deploymentData())));
        nonce = nonce.add(BigInteger.ONE);
      }
    }
    if (hashes.isEmpty()) {
      return;
    }
    mine();
    hashes.forEach(this::receipt);
    for (Deployment.Contract contract : contracts) {
      if (!hasCode(contract.address())) {
        throw new LuntraException(
            "Deployment: no code of %s at %s".formatted(contract.name(), contract.address()));
      }
    }
  }

  /** Returns the address, 0x and 40 lower-case digits. */
  String deploy(byte[] creationCode) {
    String hash = send(nonce(), "", Hex.encode(creationCode));
    mine();
    return receipt(hash).path("contractAddress").asText();
  }

  private BigInteger nonce() {
    return rpc.quantity("eth_getTransactionCount", deployer.getAddress(), "latest");
  }

  private boolean hasCode(String address) {
    return rpc.call("eth_getCode", address, "latest").asText().length() > 2;
  }

  /**
   * @param to empty for a contract to be created
   */
  private String send(BigInteger nonce, String to, String data) {
    String from = deployer.getAddress();
    Map<String, String> call =
        to.isEmpty()
            ? Map.of("from", from, "data", data)
            : Map.of("from", from, "to", to, "data", data);
    BigInteger feeCap = rpc.quantity("eth_gasPrice").shiftLeft(1).add(TIP);
    RawTransaction transaction =
        RawTransaction.createTransaction(
            rpc.quantity("eth_chainId").longValueExact(),
            nonce,
            rpc.quantity("eth_estimateGas", call),
            to,
            BigInteger.ZERO,
            data,
            TIP,
            feeCap);
    byte[] signed = TransactionEncoder.signMessage(transaction, deployer);
    return rpc.call("eth_sendRawTransaction", Hex.encode(signed)).asText();
  }

  private void mine() {
    if (mining == Mining.ON_DEMAND) {
      rpc.call("evm_mine");
    }
  }

  private JsonNode receipt(String hash) {
    long deadline = System.nanoTime() + RECEIPT_LIMIT.toNanos();
    while (true) {
      JsonNode receipt = rpc.call("eth_getTransactionReceipt", hash);
      if (!receipt.isNull()) {
        String status = receipt.path("status").asText();
        if (!status.equals("0x1")) {
          throw new LuntraException(
              "Deployment: expected status 0x1, found %s, in transaction %s"
                  .formatted(status, hash));
        }
        return receipt;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new LuntraException(
            "Deployment: no receipt of %s within %s".formatted(hash, RECEIPT_LIMIT));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LuntraException("Deployment: interrupted while waiting for " + hash, e);
      }
    }
  }
}
