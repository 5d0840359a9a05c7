package io.luntra.ethereum.attestation;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.Attestations;
import io.luntra.ethereum.call.BindingCodec;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.ForeignText;
import io.luntra.ethereum.node.ContractLog;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.registry.AbiReader;
import io.luntra.failure.LuntraException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Uint8;

/** What was said about releases and accounts, by whom, and whether it still holds. */
public final class AttestationReader {
  private static final String BENCHMARK =
      "BenchmarkAttested(bytes32,bytes32,address,string,string,int256,bytes32)";
  private static final String BENCHMARK_REVOKED = "BenchmarkRevoked(bytes32,address,string)";
  private static final String ATTESTED =
      "IdentityAttested(address,address,bytes32,uint8,string,bytes32,uint64)";
  private static final String REVOKED =
      "IdentityRevoked(address,address,bytes32,uint8,string,string)";
  private static final String CLAIMED = "IdentityClaimed(address,bytes32,uint8,string,bytes32)";
  private static final String WITHDRAWN =
      "IdentityClaimWithdrawn(address,bytes32,uint8,string,string)";
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

  private record Said(ContractLog log, boolean taken) {}

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
        node, attestations, ContractEvents.of(node, "contract of attestations", attestations));
  }

  /** The contract, 0x and 40 lower-case digits. */
  public String address() {
    return address;
  }

  /** What a release scored, whoever says so, oldest first. */
  public List<Benchmark> benchmarksOf(Bytes32 releaseId) throws InterruptedException {
    return benchmarks(Arrays.asList(null, releaseId.toHex()));
  }

  /** What an account says that releases scored, oldest first. */
  public List<Benchmark> benchmarksBy(String evaluator) throws InterruptedException {
    return benchmarks(Arrays.asList(null, null, ContractEvents.topic(evaluator)));
  }

  private List<Benchmark> benchmarks(List<String> indexed) throws InterruptedException {
    List<Benchmark> benchmarks = new ArrayList<>();
    for (ContractLog log : events.find(BENCHMARK, indexed)) {
      AbiReader data = ContractEvents.parameters("BenchmarkAttested", log);
      String benchmark = ForeignText.printable(data.text(MAX_TEXT));
      String metric = ForeignText.printable(data.text(MAX_TEXT));
      BigDecimal value = new BigDecimal(data.signed()).movePointLeft(VALUE_DIGITS);
      Bytes32 evidence = data.bytes32();
      benchmarks.add(
          new Benchmark(
              log.indexed(0),
              log.indexed(1),
              data.address(log.indexed(2)),
              benchmark,
              metric,
              value,
              evidence.equals(Bytes32.ZERO) ? Optional.empty() : Optional.of(evidence),
              log.block(),
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
  private Map<Bytes32, String> revoked(List<String> indexed) throws InterruptedException {
    List<String> by = indexed.size() > 2 ? Arrays.asList(null, indexed.get(2)) : List.of();
    Map<Bytes32, String> reasons = new LinkedHashMap<>();
    for (ContractLog log : events.find(BENCHMARK_REVOKED, by)) {
      reasons.put(
          log.indexed(0),
          ForeignText.printable(
              ContractEvents.parameters("BenchmarkRevoked", log).text(MAX_REASON)));
    }
    return reasons;
  }

  /** What an account says of itself and did not withdraw, newest first. */
  public List<Claim> claims(String account) throws InterruptedException {
    Map<IdentityName, Said> last = new LinkedHashMap<>();
    for (Said said : said(CLAIMED, WITHDRAWN, List.of(ContractEvents.topic(account)))) {
      AbiReader data = ContractEvents.parameters("IdentityClaimed", said.log());
      last.put(identity(said.log(), 1, data), said);
    }
    List<Claim> claims = new ArrayList<>();
    last.forEach(
        (identity, said) -> {
          if (!said.taken()) {
            AbiReader data = ContractEvents.parameters("IdentityClaimed", said.log());
            identity(said.log(), 1, data);
            claims.add(new Claim(account, identity, data.bytes32(), said.log().block()));
          }
        });
    claims.sort(Comparator.comparingLong(Claim::block).reversed());
    return claims;
  }

  /** What others said of an account, revoked or expired or not, oldest first. */
  public List<Attestation> identities(String account) throws InterruptedException {
    Map<List<Object>, Attestation> last = new LinkedHashMap<>();
    for (Said said : said(ATTESTED, REVOKED, Arrays.asList(null, ContractEvents.topic(account)))) {
      ContractLog log = said.log();
      AbiReader data = ContractEvents.parameters("IdentityAttested", log);
      String attester = data.address(log.indexed(0));
      IdentityName identity = identity(log, 2, data);
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
                attester, account, identity, statement, data.signed(), log.block(), false));
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

  private List<Said> said(String kind, String taken, List<String> indexed)
      throws InterruptedException {
    List<Said> all = new ArrayList<>();
    events.find(kind, indexed).forEach(log -> all.add(new Said(log, false)));
    events.find(taken, indexed).forEach(log -> all.add(new Said(log, true)));
    all.sort(
        Comparator.comparingLong((Said said) -> said.log().block())
            .thenComparingLong(said -> said.log().index()));
    return all;
  }

  private static IdentityName identity(ContractLog log, int nameTopic, AbiReader data) {
    IdentityName.Kind kind = IdentityName.Kind.of(data.number(IdentityName.Kind.last()));
    IdentityName identity = new IdentityName(kind, data.text(MAX_NAME));
    if (!log.indexed(nameTopic).toHex().equals(ContractEvents.hash(identity.name()))) {
      throw new LuntraException(
          "Event in transaction %s: name %s and its hash do not agree"
              .formatted(log.transaction(), identity));
    }
    return identity;
  }
}
