package io.luntra.ethereum.attestation;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.Attestations;
import io.luntra.ethereum.call.BindingCodec;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.model.ModelCalls;
import io.luntra.ethereum.node.CallReceipt;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Int256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** What an account states, and takes back. */
public final class AttestationCalls {
  private static final Pattern LABEL = Pattern.compile("[ -~]{1,96}");
  private static final int VALUE_DIGITS = 9;

  /** 10^(60 + 9) is well below 2^255. */
  private static final int MAX_VALUE_DIGITS = 60;

  private final String address;
  private final Attestations codec;

  /**
   * Calls of one contract.
   *
   * @param attestations 0x and 40 lower-case digits
   */
  public AttestationCalls(String attestations) {
    this.address = attestations;
    this.codec = BindingCodec.of(Attestations::load, attestations);
  }

  /**
   * States what a release scored.
   *
   * @param release its name, for messages
   * @param benchmark as {@code metric}, 1 to 96 characters of printable ASCII
   * @param value at most 9 digits after the point
   * @param evidence digest of the report; zero where there is none
   * @throws InvalidInputException when one of them is anything else
   */
  public ContractCall attestBenchmark(
      String release,
      Bytes32 releaseId,
      String benchmark,
      String metric,
      BigDecimal value,
      Bytes32 evidence) {
    BigInteger units = units(value);
    return ContractCall.of(
        "benchmark of %s (%s): %s %s %s, evidence %s"
            .formatted(
                release,
                releaseId,
                label("Benchmark", benchmark),
                label("Metric", metric),
                value.toPlainString(),
                evidence),
        address,
        codec
            .attestBenchmark(
                word(releaseId),
                new Utf8String(benchmark),
                new Utf8String(metric),
                new Int256(units),
                word(evidence))
            .encodeFunctionCall());
  }

  private static String label(String what, String text) {
    if (!LABEL.matcher(text).matches()) {
      throw new InvalidInputException(what + ": expected 1 to 96 characters of printable ASCII");
    }
    return text;
  }

  /** Sizes are looked at first: a short text may stand for a number of a billion digits. */
  private static BigInteger units(BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    if (shortest.scale() > VALUE_DIGITS) {
      throw new InvalidInputException("Value: expected at most 9 digits after the point");
    }
    if ((long) shortest.precision() - shortest.scale() <= MAX_VALUE_DIGITS) {
      return shortest.movePointRight(VALUE_DIGITS).toBigIntegerExact();
    }
    throw new InvalidInputException(
        "Value: expected at most %d digits before the point".formatted(MAX_VALUE_DIGITS));
  }

  /**
   * The id of the result that a transaction stated.
   *
   * @throws LuntraException when it stated none
   */
  public Bytes32 benchmarkId(CallReceipt receipt) {
    String topic = EventKind.BENCHMARK_ATTESTED.topic();
    return receipt.logs().stream()
        .filter(log -> log.address().equals(address) && log.topics().size() == 4)
        .filter(log -> log.topics().get(0).toHex().equals(topic))
        .map(log -> log.topics().get(1))
        .findFirst()
        .orElseThrow(
            () ->
                new LuntraException(
                    "Transaction %s went through, but stated no result"
                        .formatted(receipt.transaction())));
  }

  /** Takes back a result. */
  public ContractCall revokeBenchmark(Bytes32 id, String reason) {
    return ContractCall.of(
        "benchmark %s taken back%s".formatted(id, because(reason)),
        address,
        codec.revokeBenchmark(word(id), new Utf8String(reason)).encodeFunctionCall());
  }

  /**
   * Says that an account is who it claims to be.
   *
   * @param now the chain's time
   */
  public ContractCall attestIdentity(
      String account, IdentityName identity, Instant now, Duration valid) {
    return ContractCall.of(
        "identity of %s: %s %s, valid for %s".formatted(account, kind(identity), identity, valid),
        address,
        codec
            .attestIdentity(
                new Address(account),
                new Uint8(identity.kind().number()),
                new Utf8String(identity.name()),
                word(Bytes32.ZERO),
                new Uint64(now.plus(valid).getEpochSecond()))
            .encodeFunctionCall());
  }

  /** Takes back what was said of an account. */
  public ContractCall revokeIdentity(String account, IdentityName identity, String reason) {
    return ContractCall.of(
        "identity of %s: %s %s taken back%s"
            .formatted(account, kind(identity), identity, because(reason)),
        address,
        codec
            .revokeIdentity(
                new Address(account),
                new Uint8(identity.kind().number()),
                new Utf8String(identity.name()),
                new Utf8String(reason))
            .encodeFunctionCall());
  }

  /**
   * Says who the sender is.
   *
   * @param statement digest of the signed statement under the name; zero where there is none
   */
  public ContractCall claim(IdentityName identity, Bytes32 statement) {
    return ContractCall.of(
        "claim to be %s %s, statement %s".formatted(kind(identity), identity, statement),
        address,
        codec
            .claimIdentity(
                new Uint8(identity.kind().number()),
                new Utf8String(identity.name()),
                word(statement))
            .encodeFunctionCall());
  }

  /** Says that the sender no longer claims a name. */
  public ContractCall withdraw(IdentityName identity, String reason) {
    return ContractCall.of(
        "claim to be %s %s withdrawn%s".formatted(kind(identity), identity, because(reason)),
        address,
        codec
            .withdrawIdentityClaim(
                new Uint8(identity.kind().number()),
                new Utf8String(identity.name()),
                new Utf8String(reason))
            .encodeFunctionCall());
  }

  private static String because(String reason) {
    return reason.isEmpty() ? "" : ": " + ModelCalls.checkedReason(reason);
  }

  private static String kind(IdentityName identity) {
    return identity.kind().name().toLowerCase(Locale.ROOT);
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }
}
