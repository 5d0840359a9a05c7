package io.luntra.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.contracts.ModelRegistry;
import io.luntra.devnet.Devnet;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.staging.StagedBlob;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.ethereum.transaction.BlobSidecar;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SidecarVersion;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.response.EthGetTransactionReceipt;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Sends what it is told to, with staged blobs: nothing that the registry can't refuse is checked.
 */
final class ScriptedPublisher {
  private static final int BLOBS_PER_BATCH = 6;
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000L);
  private static final Duration RECEIPT_LIMIT = Duration.ofSeconds(30);

  private final Devnet devnet;
  private final EndpointService service;
  private final StagingStore staging;
  private final Credentials account;
  private long nonce;

  /**
   * @param key of an account that has sent nothing yet
   */
  ScriptedPublisher(Devnet devnet, StagingStore staging, String key) {
    this.devnet = devnet;
    this.service = new EndpointService(Endpoint.of(devnet.rpcUrl()));
    this.staging = staging;
    this.account = Credentials.create(key);
  }

  /** 0x and 40 lower-case digits. */
  String address() {
    return account.getAddress();
  }

  Bytes32 releaseId(ReleaseName name) {
    return ReleaseIds.of(address(), name);
  }

  /** Opens a release on one lane, appends these blobs, and seals it with this Merkle root. */
  void publish(
      ReleaseName name,
      List<VersionedHash> blobs,
      List<VersionedHash> rootManifest,
      Bytes32 merkleRoot)
      throws IOException {
    Bytes32 accumulator = Accumulator.EMPTY;
    for (int from = 0; from < blobs.size(); from += BLOBS_PER_BATCH) {
      List<VersionedHash> batch =
          blobs.subList(from, Math.min(from + BLOBS_PER_BATCH, blobs.size()));
      send(
          from == 0
              ? open(name, blobs.size())
              : new Function(
                  ModelRegistry.FUNC_APPEND,
                  List.of(word(releaseId(name)), word(accumulator)),
                  List.of()),
          batch);
      accumulator = Accumulator.next(accumulator, batch);
    }
    send(seal(name, merkleRoot, accumulator), rootManifest);
  }

  private Function open(ReleaseName name, int blobs) {
    return new Function(
        ModelRegistry.FUNC_OPEN,
        List.of(
            new Address(address()),
            new Utf8String(name.name()),
            new Utf8String(name.version()),
            new DynamicArray<>(Address.class, new Address(address())),
            new Uint32(blobs)),
        List.of());
  }

  private Function seal(ReleaseName name, Bytes32 merkleRoot, Bytes32 accumulator) {
    return new Function(
        ModelRegistry.FUNC_SEAL,
        List.of(
            word(releaseId(name)),
            word(merkleRoot),
            new DynamicArray<>(Address.class, new Address(address())),
            new DynamicArray<>(
                org.web3j.abi.datatypes.generated.Bytes32.class,
                new org.web3j.abi.datatypes.generated.Bytes32(accumulator.bytes())),
            new DynamicArray<>(org.web3j.abi.datatypes.generated.Bytes32.class)),
        List.of());
  }

  private static Type<?> word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }

  private void send(Function call, List<VersionedHash> blobs) throws IOException {
    String data = FunctionEncoder.encode(call);
    SignedBlobTransaction signed =
        new BlobTransaction(
                devnet.chainId(),
                nonce++,
                GWEI,
                GWEI.multiply(BigInteger.TEN),
                1_000_000,
                devnet.registryAddress(),
                BigInteger.ZERO,
                Hex.decode(data, (data.length() - 2) / 2),
                GWEI,
                blobs)
            .sign(account);
    byte[] raw = signed.networkForm(blobs.stream().map(this::sidecar).toList(), SidecarVersion.V1);
    EthSendTransaction answer =
        new Request<>(
                "eth_sendRawTransaction",
                List.of(Hex.encode(raw)),
                service,
                EthSendTransaction.class)
            .send();
    assertThat(answer.getError()).as("error of %s", call.getName()).isNull();
    assertThat(receipt(signed.hash()).isStatusOK()).as("%s succeeds", call.getName()).isTrue();
  }

  private BlobSidecar sidecar(VersionedHash hash) {
    StagedBlob staged = staging.blob(hash);
    return new BlobSidecar(staged.blob(), staged.commitment(), staged.cellProofs());
  }

  private TransactionReceipt receipt(Bytes32 transaction) throws IOException {
    long deadline = System.nanoTime() + RECEIPT_LIMIT.toNanos();
    while (true) {
      TransactionReceipt receipt =
          new Request<>(
                  "eth_getTransactionReceipt",
                  List.of(transaction.toHex()),
                  service,
                  EthGetTransactionReceipt.class)
              .send()
              .getResult();
      if (receipt != null) {
        return receipt;
      }
      assertThat(System.nanoTime()).as("receipt of %s", transaction).isLessThan(deadline);
    }
  }
}
