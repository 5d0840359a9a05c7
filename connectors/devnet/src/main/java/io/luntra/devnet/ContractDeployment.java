package io.luntra.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.web3j.crypto.ContractUtils;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** Puts a contract on the chain by an ordinary transaction (type 2). */
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

  /**
   * Returns the address of the contract that the deployer's first transaction made; sends that
   * transaction when there was none.
   *
   * @throws InvalidInputException when another contract stands there
   */
  String deployedFirst(byte[] creationCode) {
    String first = ContractUtils.generateContractAddress(deployer.getAddress(), BigInteger.ZERO);
    String code = rpc.call("eth_getCode", first, "latest").asText();
    if (code.equals("0x")) {
      return deploy(creationCode);
    }
    if (!made(creationCode, Numeric.hexStringToByteArray(code))) {
      throw new InvalidInputException(
          "Contract at %s: expected the one of this build, found another; start from a new state file"
              .formatted(first));
    }
    return first;
  }

  /** A creation code ends with the code that it returns, with zeros in place of immutables. */
  private static boolean made(byte[] creationCode, byte[] code) {
    int start = creationCode.length - code.length;
    return start > 0
        && IntStream.range(0, code.length)
            .allMatch(i -> creationCode[start + i] == 0 || creationCode[start + i] == code[i]);
  }

  /** Returns the address, 0x and 40 lower-case digits. */
  String deploy(byte[] creationCode) {
    String from = deployer.getAddress();
    String data = Hex.encode(creationCode);
    BigInteger feeCap = rpc.quantity("eth_gasPrice").shiftLeft(1).add(TIP);
    RawTransaction creation =
        RawTransaction.createTransaction(
            rpc.quantity("eth_chainId").longValueExact(),
            rpc.quantity("eth_getTransactionCount", from, "latest"),
            rpc.quantity("eth_estimateGas", Map.of("from", from, "data", data)),
            "",
            BigInteger.ZERO,
            data,
            TIP,
            feeCap);
    byte[] signed = TransactionEncoder.signMessage(creation, deployer);
    String hash = rpc.call("eth_sendRawTransaction", Hex.encode(signed)).asText();
    if (mining == Mining.ON_DEMAND) {
      rpc.call("evm_mine");
    }
    JsonNode receipt = receipt(hash);
    if (!receipt.path("status").asText().equals("0x1")) {
      throw new LuntraException(
          "Deployment: expected status 0x1, found %s, in transaction %s"
              .formatted(receipt.path("status").asText(), hash));
    }
    return receipt.path("contractAddress").asText();
  }

  private JsonNode receipt(String hash) {
    long deadline = System.nanoTime() + RECEIPT_LIMIT.toNanos();
    while (true) {
      JsonNode receipt = rpc.call("eth_getTransactionReceipt", hash);
      if (!receipt.isNull()) {
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
