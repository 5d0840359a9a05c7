package io.luntra.ethereum.signer;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.CallTransaction;
import io.luntra.ethereum.transaction.Signature;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.ethereum.transaction.SignedCallTransaction;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.VersionedHash;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;

/**
 * Signs through {@code eth_signTransaction} and {@code eth_signTypedData} of a service that keeps
 * the key. Blobs are not sent to it: a signature covers their versioned hashes.
 *
 * <p>Services differ in what they take and give. Call data goes as {@code data} and as {@code
 * input}: go-ethereum and clef take either, or both when they are equal; web3signer takes {@code
 * data} before {@code input}; anvil takes both. A service gives the signed bytes as a hex string
 * (web3signer, anvil) or in a field {@code raw} of an object (go-ethereum). Those bytes are the
 * signed transaction, or its network form with sidecars, of which only the transaction is taken.
 * The service must know type 3: a web3signer that does not signs a transaction of type 2, which is
 * refused here. Anvil 1.7 signs type 3 only where blobs are in the request, and so cannot be used.
 *
 * <p>Nothing that comes back is trusted: it must be exactly what was asked for, signed by the
 * account.
 */
public final class RemoteSigner implements Signer {
  private static final String TRANSACTION = "eth_signTransaction";
  private static final String TYPED_DATA_V4 = "eth_signTypedData_v4";
  private static final String TYPED_DATA = "eth_signTypedData";

  private static final class Answer extends Response<JsonNode> {}

  private static final class RefusedException extends LuntraException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private final EndpointService service;
  private final String account;

  /**
   * A signer for one account of a service.
   *
   * @param account 0x and 40 hex digits
   */
  public RemoteSigner(EndpointService service, String account) {
    this.service = Objects.requireNonNull(service, "service");
    this.account = Hex.encode(Hex.decode(account, 20));
  }

  @Override
  public String address() {
    return account;
  }

  @Override
  public SignedBlobTransaction sign(BlobTransaction transaction) throws InterruptedException {
    Map<String, Object> parameters = parameters("0x3", transaction.withoutBlobs());
    parameters.put("maxFeePerBlobGas", quantity(transaction.maxFeePerBlobGas()));
    parameters.put(
        "blobVersionedHashes",
        transaction.blobVersionedHashes().stream().map(VersionedHash::toHex).toList());
    byte[] bytes = signedBytes(ask(TRANSACTION, parameters));
    SignedBlobTransaction signed =
        decode("blob transaction", () -> SignedBlobTransaction.decode(NetworkForm.body(bytes)));
    BlobTransaction found = signed.transaction();
    requireSame(transaction.withoutBlobs(), found.withoutBlobs());
    requireSame("maxFeePerBlobGas", transaction.maxFeePerBlobGas(), found.maxFeePerBlobGas());
    requireSame(
        "blobVersionedHashes", transaction.blobVersionedHashes(), found.blobVersionedHashes());
    if (!transaction.equals(found)) {
      throw failure("signed another transaction");
    }
    requireAccount(signed.sender());
    return signed;
  }

  @Override
  public SignedCallTransaction sign(CallTransaction transaction) throws InterruptedException {
    byte[] bytes = signedBytes(ask(TRANSACTION, parameters("0x2", transaction)));
    SignedCallTransaction signed = decode("transaction", () -> SignedCallTransaction.decode(bytes));
    requireSame(transaction, signed.transaction());
    if (!transaction.equals(signed.transaction())) {
      throw failure("signed another transaction");
    }
    requireAccount(signed.sender());
    return signed;
  }

  @Override
  public Signature sign(TypedData data) throws InterruptedException {
    JsonNode answer = askForTypedData(data);
    Signature signature = decode("signature", () -> Signature.fromBytes(bytes(answer)));
    requireAccount(decode("signature", () -> signature.signer(data.signingHash().bytes())));
    return signature;
  }

  /** Services know it by one name or the other: anvil and wallets by the first, web3signer not. */
  private JsonNode askForTypedData(TypedData data) throws InterruptedException {
    try {
      return ask(TYPED_DATA_V4, account, data.json());
    } catch (RefusedException e) {
      return ask(TYPED_DATA, account, data.json());
    }
  }

  private void requireAccount(String signer) {
    if (!signer.equals(account)) {
      throw failure("signed as %s".formatted(signer));
    }
  }

  private JsonNode ask(String method, Object... parameters) throws InterruptedException {
    Answer answer;
    try {
      answer = new Request<>(method, List.of(parameters), service, Answer.class).send();
    } catch (EndpointException e) {
      throw new LuntraException(text("does not answer: " + e.getMessage()), e);
    } catch (IOException e) {
      throw new LuntraException(text("the answer is not JSON-RPC"), e);
    } catch (LuntraException e) {
      if (Thread.interrupted()) {
        InterruptedException interrupted = new InterruptedException(text("interrupted"));
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    }
    if (answer == null) {
      throw failure("the answer is empty");
    }
    if (answer.hasError()) {
      throw new RefusedException(
          text(
              "refused: %s (code %d)"
                  .formatted(
                      ForeignText.printable(String.valueOf(answer.getError().getMessage())),
                      answer.getError().getCode())));
    }
    return answer.getResult();
  }

  private Map<String, Object> parameters(String type, CallTransaction transaction) {
    String data = Hex.encode(transaction.data());
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("type", type);
    parameters.put("chainId", quantity(transaction.chainId()));
    parameters.put("from", account);
    parameters.put("to", transaction.to());
    parameters.put("nonce", quantity(transaction.nonce()));
    parameters.put("gas", quantity(transaction.gasLimit()));
    parameters.put("maxPriorityFeePerGas", quantity(transaction.maxPriorityFeePerGas()));
    parameters.put("maxFeePerGas", quantity(transaction.maxFeePerGas()));
    parameters.put("value", quantity(transaction.value()));
    parameters.put("data", data);
    parameters.put("input", data);
    parameters.put("accessList", List.of());
    return parameters;
  }

  private byte[] signedBytes(JsonNode result) {
    JsonNode raw = result != null && result.isObject() ? result.path("raw") : result;
    if (raw == null || !raw.isTextual() || !raw.textValue().startsWith("0x")) {
      throw failure("the answer holds no signed transaction, expected a hex string or one in raw");
    }
    return decode("signed transaction", () -> bytes(raw));
  }

  /** What is not a hex string is an {@link IllegalArgumentException}. */
  private static byte[] bytes(JsonNode hex) {
    String text = hex == null ? "" : hex.asText();
    if (!text.startsWith("0x")) {
      throw new IllegalArgumentException("no hex string");
    }
    return HexFormat.of().parseHex(text, 2, text.length());
  }

  private <T> T decode(String what, Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (InvalidInputException | IllegalArgumentException e) {
      String message = ForeignText.printable(String.valueOf(e.getMessage()));
      throw new LuntraException(text("the answer is not a %s: %s".formatted(what, message)), e);
    }
  }

  private void requireSame(CallTransaction asked, CallTransaction signed) {
    requireSame("chainId", asked.chainId(), signed.chainId());
    requireSame("nonce", asked.nonce(), signed.nonce());
    requireSame(
        "maxPriorityFeePerGas", asked.maxPriorityFeePerGas(), signed.maxPriorityFeePerGas());
    requireSame("maxFeePerGas", asked.maxFeePerGas(), signed.maxFeePerGas());
    requireSame("gas", asked.gasLimit(), signed.gasLimit());
    requireSame("to", asked.to(), signed.to());
    requireSame("value", asked.value(), signed.value());
    if (!Arrays.equals(asked.data(), signed.data())) {
      throw failure(
          "signed other data, of %d bytes; asked for %d bytes"
              .formatted(signed.data().length, asked.data().length));
    }
  }

  private void requireSame(String field, Object asked, Object signed) {
    if (!asked.equals(signed)) {
      throw failure("signed %s %s, asked for %s".formatted(field, signed, asked));
    }
  }

  private static String quantity(long number) {
    return quantity(BigInteger.valueOf(number));
  }

  private static String quantity(BigInteger number) {
    return "0x" + number.toString(16);
  }

  private LuntraException failure(String what) {
    return new LuntraException(text(what));
  }

  private String text(String what) {
    return "Signer %s, account %s: %s".formatted(service.name(), account, what);
  }

  @Override
  public String toString() {
    return "%s at %s".formatted(account, service.name());
  }
}
