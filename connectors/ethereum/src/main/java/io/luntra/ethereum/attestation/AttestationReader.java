package io.luntra.ethereum.attestation;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.Attestations;
import io.luntra.ethereum.call.BindingCodec;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.ForeignText;
import io.luntra.failure.LuntraException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Uint8;

/** What was said about releases and accounts, by whom, and whether it still holds. */
public final class AttestationReader {
  private static final int MAX_TEXT = 96;
  private static final int MAX_NAME = 253;
  private static final int MAX_REASON = 256;
  private static final int VALUE_DIGITS = 9;

  private final Node node;
  private final String address;
  private final Attestations codec;
  private final ContractEvents events;

  /**
   * What a release scored.
   *
   * @param evidence digest of the report; empty where there is none
   * @param revoked why the evaluator took it back; empty while it stands
   */
  public record Benchmark(
      Bytes32 id,
      Bytes32 releaseId,
      String evaluator,
      String benchmark,
      String metric,
      BigDecimal value,
      Optional<Bytes32> evidence,
      long block,
      Optional<String> revoked) {}

  /**
   * What an account says of itself, and did not withdraw.
   *
   * @param statement digest of the signed statement that it says is found under the name
   */
  public record Claim(String account, IdentityName identity, Bytes32 statement, long block) {}

  /**
   * What an attester said last of an account and a name.
   *
   * @param validUntil last block timestamp at which it holds, seconds since 1970
   */
  public record Attestation(
      String attester,
      String account,
      IdentityName identity,
      Bytes32 statement,
      BigInteger validUntil,
      long block,
      boolean revoked) {}

  private record Said(ContractEvent event, boolean taken) {}

  private AttestationReader(Node node, String address, ContractEvents events) {
    this.node = node;
    this.address = address;
    this.codec = BindingCodec.of(Attestations::load, address);
    this.events = events;
  }

  /**
   * A reader of one contract.
   *
   * @param attestations 0x and 40 lower-case digits
   * @throws io.luntra.failure.InvalidInputException when no such contract is there
   */
  public static AttestationReader of(Node node, String attestations) throws InterruptedException {
    return new AttestationReader(
        node,
        attestations,
        ContractEvents.of(node.rpc(), "contract of attestations", attestations));
  }

  /** The contract, 0x and 40 lower-case digits. */
  public String address() {
    return address;
  }

  /** What a release scored, whoever says so, oldest first. */
  public List<Benchmark> benchmarksOf(Bytes32 releaseId) {
    return benchmarks(ContractEvents.ANY, releaseId.toHex());
  }

  /** What an account says that releases scored, oldest first. */
  public List<Benchmark> benchmarksBy(String evaluator) {
    return benchmarks(ContractEvents.ANY, ContractEvents.ANY, ContractEvents.topic(evaluator));
  }

  private List<Benchmark> benchmarks(Object... indexed) {
    List<Benchmark> benchmarks = new ArrayList<>();
    for (ContractEvent event : events.find(EventKind.BENCHMARK_ATTESTED, indexed)) {
      AbiReader data = event.parameters();
      String benchmark = ForeignText.printable(data.text(MAX_TEXT));
      String metric = ForeignText.printable(data.text(MAX_TEXT));
      BigDecimal value = new BigDecimal(data.signed()).movePointLeft(VALUE_DIGITS);
      Bytes32 evidence = data.bytes32();
      benchmarks.add(
          new Benchmark(
              event.indexed().get(0),
              event.indexed().get(1),
              data.address(event.indexed().get(2)),
              benchmark,
              metric,
              value,
              evidence.equals(Bytes32.ZERO) ? Optional.empty() : Optional.of(evidence),
              event.blockNumber(),
              Optional.empty()));
    }
    Map<Bytes32, String> revoked = benchmarks.isEmpty() ? Map.of() : revoked(indexed);
    return benchmarks.stream()
        .map(
            found ->
                new Benchmark(
                    found.id(),
                    found.releaseId(),
                    found.evaluator(),
                    found.benchmark(),
                    found.metric(),
                    found.value(),
                    found.evidence(),
                    found.block(),
                    Optional.ofNullable(revoked.get(found.id()))))
        .toList();
  }

  /** Why results were revoked: by one evaluator, where that was asked for, otherwise by all. */
  private Map<Bytes32, String> revoked(Object... indexed) {
    Object[] by =
        indexed.length > 2 ? new Object[] {ContractEvents.ANY, indexed[2]} : new Object[0];
    Map<Bytes32, String> reasons = new LinkedHashMap<>();
    for (ContractEvent event : events.find(EventKind.BENCHMARK_REVOKED, by)) {
      reasons.put(
          event.indexed().get(0), ForeignText.printable(event.parameters().text(MAX_REASON)));
    }
    return reasons;
  }

  /** What an account says of itself and did not withdraw, newest first. */
  public List<Claim> claims(String account) {
    Map<IdentityName, Said> last = new LinkedHashMap<>();
    for (Said said :
        said(
            EventKind.IDENTITY_CLAIMED,
            EventKind.IDENTITY_CLAIM_WITHDRAWN,
            ContractEvents.topic(account))) {
      AbiReader data = said.event().parameters();
      last.put(identity(said.event(), 1, data), said);
    }
    List<Claim> claims = new ArrayList<>();
    last.forEach(
        (identity, said) -> {
          if (!said.taken()) {
            AbiReader data = said.event().parameters();
            identity(said.event(), 1, data);
            claims.add(new Claim(account, identity, data.bytes32(), said.event().blockNumber()));
          }
        });
    claims.sort(Comparator.comparingLong(Claim::block).reversed());
    return claims;
  }

  /** What others said of an account, revoked or expired or not, oldest first. */
  public List<Attestation> identities(String account) {
    Map<List<Object>, Attestation> last = new LinkedHashMap<>();
    for (Said said :
        said(
            EventKind.IDENTITY_ATTESTED,
            EventKind.IDENTITY_REVOKED,
            ContractEvents.ANY,
            ContractEvents.topic(account))) {
      ContractEvent event = said.event();
      AbiReader data = event.parameters();
      String attester = data.address(event.indexed().get(0));
      IdentityName identity = identity(event, 2, data);
      List<Object> key = List.of(attester, identity);
      Attestation before = last.remove(key);
      if (said.taken()) {
        if (before != null) {
          last.put(key, revoked(before));
        }
      } else {
        Bytes32 statement = data.bytes32();
        last.put(
            key,
            new Attestation(
                attester, account, identity, statement, data.signed(), event.blockNumber(), false));
      }
    }
    return List.copyOf(last.values());
  }

  private static Attestation revoked(Attestation said) {
    return new Attestation(
        said.attester(),
        said.account(),
        said.identity(),
        said.statement(),
        said.validUntil(),
        said.block(),
        true);
  }

  /** Whether what an attester says of an account holds now, by the contract. */
  public boolean holds(String attester, String account, IdentityName identity)
      throws InterruptedException {
    String call =
        codec
            .isAttested(
                new Address(attester),
                new Address(account),
                new Uint8(identity.kind().number()),
                new org.web3j.abi.datatypes.generated.Bytes32(
                    Bytes32.fromHex(ContractEvents.hash(identity.name())).bytes()))
            .encodeFunctionCall();
    return new AbiReader("isAttested", node.call(address, call)).number(1) == 1;
  }

  private List<Said> said(EventKind kind, EventKind taken, Object... indexed) {
    List<Said> all = new ArrayList<>();
    events.find(kind, indexed).forEach(event -> all.add(new Said(event, false)));
    events.find(taken, indexed).forEach(event -> all.add(new Said(event, true)));
    all.sort(Comparator.comparing(Said::event, ContractEvent.CHAIN_ORDER));
    return all;
  }

  private static IdentityName identity(ContractEvent event, int nameTopic, AbiReader data) {
    IdentityName.Kind kind = IdentityName.Kind.of(data.number(IdentityName.Kind.last()));
    IdentityName identity = new IdentityName(kind, data.text(MAX_NAME));
    if (!event.indexed().get(nameTopic).toHex().equals(ContractEvents.hash(identity.name()))) {
      throw new LuntraException(
          "Event in transaction %s: name %s and its hash do not agree"
              .formatted(event.transaction(), identity));
    }
    return identity;
  }
}
