package io.luntra.ethereum.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.contracts.Attestations;
import io.luntra.devnet.AnvilOptions;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.LocalNode;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/**
 * Events of a real chain, of which a block is made when a test says so; 4 blocks make one final.
 */
@Timeout(60)
class ContractHistoryIT {
  private static final List<EventKind> KINDS =
      List.of(EventKind.IDENTITY_CLAIMED, EventKind.IDENTITY_CLAIM_WITHDRAWN);
  private static final Pattern FROM = Pattern.compile("\"fromBlock\":\"0x([0-9a-f]+)\"");

  @TempDir Path cache;

  private final List<String> notices = new ArrayList<>();
  private final List<Long> readFrom = Collections.synchronizedList(new ArrayList<>());
  private Devnet devnet;
  private Endpoint anvil;
  private JsonRpc rpc;
  private LocalNode node;
  private Credentials account;
  private UnaryOperator<String> change = answer -> answer;
  private String changed = "";

  @BeforeEach
  void start() {
    devnet =
        Devnet.start(
            DevnetOptions.defaults().withAnvil(AnvilOptions.defaults().withMiningOnDemand()));
    anvil = Endpoint.of(devnet.anvil().rpcUrl());
    rpc = new JsonRpc(anvil);
    account = devnet.anvil().devAccounts().get(0);
    node = new LocalNode();
    node.on(
        "/",
        exchange -> {
          byte[] request = exchange.getRequestBody().readAllBytes();
          String text = new String(request, StandardCharsets.UTF_8);
          Matcher from = FROM.matcher(text);
          if (from.find()) {
            readFrom.add(Long.parseLong(from.group(1), 16));
          }
          String answer = new String(anvil.post(request, 1 << 24), StandardCharsets.UTF_8);
          LocalNode.write(
              exchange,
              200,
              !changed.isEmpty() && text.contains(changed) ? change.apply(answer) : answer);
        });
  }

  @AfterEach
  void stop() {
    node.close();
    devnet.close();
  }

  private void claim(String name) {
    String data =
        FunctionEncoder.encode(
            new Function(
                Attestations.FUNC_CLAIMIDENTITY,
                List.of(new Uint8(0), new Utf8String(name), Bytes32.DEFAULT),
                List.of()));
    long nonce = rpc.call("eth_getTransactionCount", account.getAddress(), "latest").number();
    RawTransaction transaction =
        RawTransaction.createTransaction(
            devnet.chainId(),
            BigInteger.valueOf(nonce),
            BigInteger.valueOf(100_000),
            address(),
            BigInteger.ZERO,
            data,
            BigInteger.valueOf(1_000_000_000L),
            BigInteger.valueOf(20_000_000_000L));
    rpc.call(
        "eth_sendRawTransaction",
        Numeric.toHexString(TransactionEncoder.signMessage(transaction, account)));
    mine(1);
  }

  private void mine(int blocks) {
    for (int i = 0; i < blocks; i++) {
      rpc.call("evm_mine");
    }
  }

  private String address() {
    return devnet.contracts().attestations().address();
  }

  /** The names that were claimed. */
  private List<String> names() {
    return new ContractHistory(node.endpoint(1), cache, notices::add)
        .events("Attestations", address(), KINDS).stream()
            .map(
                event -> {
                  AbiReader data = event.parameters();
                  data.skip(1);
                  return data.text(253);
                })
            .toList();
  }

  @Test
  void aSecondReadReadsNewBlocksOnly() {
    claim("one.example");
    claim("two.example");
    mine(10);
    assertThat(names()).containsExactly("one.example", "two.example");
    long finalBlock = rpc.call("eth_getBlockByNumber", "finalized", false).field("number").number();
    readFrom.clear();
    claim("three.example");

    assertThat(names()).containsExactly("one.example", "two.example", "three.example");
    assertThat(readFrom).containsExactly(finalBlock + 1);
    assertThat(notices).isEmpty();
  }

  @Test
  void withoutAFinalizedBlockADepthIsFinal() {
    changed = "\"finalized\"";
    change =
        answer -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32602,\"message\":\"x\"}}";
    claim("one.example");
    mine((int) ContractHistory.FINAL_DEPTH + 5);
    assertThat(names()).containsExactly("one.example");
    long head = rpc.call("eth_blockNumber").number();
    readFrom.clear();
    assertThat(names()).containsExactly("one.example");
    assertThat(readFrom).containsExactly(head - ContractHistory.FINAL_DEPTH + 1);
  }

  @Test
  void aReorganisationOfFinalBlocksThrowsTheCacheAway() {
    claim("kept.example");
    mine(1);
    claim("lost.example");
    mine(10);
    assertThat(names()).containsExactly("kept.example", "lost.example");

    rpc.call("anvil_reorg", 12, List.of());
    assertThat(names()).containsExactly("kept.example");
    assertThat(notices)
        .hasSize(1)
        .first()
        .asString()
        .contains("thrown away: the chain has another");
    notices.clear();
    assertThat(names()).containsExactly("kept.example");
    assertThat(notices).isEmpty();
  }

  @Test
  void aReorganisationWhileEventsAreReadIsNoticed() {
    claim("one.example");
    mine(2);
    changed = "eth_getLogs";
    int[] reorganised = {0};
    change =
        answer -> {
          if (reorganised[0]++ == 0) {
            rpc.call("anvil_reorg", 1, List.of());
          }
          return answer;
        };
    assertThat(names()).containsExactly("one.example");
    assertThat(reorganised[0]).isEqualTo(2);
    reorganised[0] = 0;
    change =
        answer -> {
          rpc.call("anvil_reorg", 1, List.of());
          return answer;
        };
    assertThatThrownBy(this::names)
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("the chain reorganised while the events of " + address());
  }

  @Test
  void saysWhatIsNotThere() {
    assertThatThrownBy(
            () ->
                new ContractHistory(node.endpoint(1), cache, notices::add)
                    .events("Attestations", account.getAddress(), KINDS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("No Attestations at " + account.getAddress());
  }

  @Test
  void refusesMalformedAnswersOfEveryMethod() {
    claim("one.example");
    mine(10);
    for (String method :
        List.of(
            "eth_getCode",
            "eth_call",
            "eth_blockNumber",
            "eth_getLogs",
            "eth_chainId",
            "eth_getBlockByNumber")) {
      changed = method;
      for (String result :
          List.of("null", "{}", "[]", "[null]", "\"0x\"", "\"0xzz\"", "7", "[{\"topics\":[]}]")) {
        change = answer -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
        if (method.equals("eth_getLogs") && result.equals("[]")) {
          continue;
        }
        assertThatThrownBy(this::names)
            .as("%s gives %s", method, result)
            .isInstanceOf(LuntraException.class);
      }
    }
  }
}
