package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.call.SentCall;
import io.luntra.ethereum.node.CallReceipt;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.transaction.CallTransaction;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** A command that sends ordinary transactions to contracts. */
abstract class CallCommand extends JsonCommand {
  @Mixin private ChainOptions chain;
  @Mixin private SignerOptions signers;
  @Mixin private CallOptions calls;

  /**
   * One transaction, as --json gives it.
   *
   * @param transaction null in a dry run, as block and gasUsed
   * @param costWei of the gas; in a dry run the most that it could cost
   * @param valueWei ether that it brought
   * @param resumed whether an earlier run had sent it
   */
  record Sent(
      String purpose,
      String account,
      String contract,
      String transaction,
      Long block,
      Long gasUsed,
      String costWei,
      String valueWei,
      boolean resumed) {}

  /**
   * What --json gives.
   *
   * @param result what the contract made of it; null in a dry run, or where there is nothing to say
   */
  record Result(boolean ok, boolean dryRun, List<Sent> transactions, Object result) {}

  final ChainOptions chain() {
    return chain;
  }

  final CallOptions calls() {
    return calls;
  }

  /** The execution nodes as one. */
  final Node node() {
    return node(chain);
  }

  static Node node(ChainOptions chain) {
    return ExecutionNodes.node(chain.rpcs().stream().map(URI::toString).toList());
  }

  /** The account that sends. */
  final Signer signer() {
    return calls.signer(signers.source());
  }

  /** Takes hold of the account that sends. */
  final CallSender sender(Node node) throws InterruptedException {
    return sender(node, signer());
  }

  /** Takes hold of an account. */
  final CallSender sender(Node node, Signer signer) throws InterruptedException {
    Progress progress = Progress.onStandardError();
    return calls.sender(node, signer, progress::note);
  }

  /** Sends one call, of which nothing more is to be said. */
  final int send(Node node, ContractCall call) throws InterruptedException {
    try (CallSender sender = sender(node)) {
      return send(sender, call, receipt -> null);
    }
  }

  /**
   * Sends one call, and gives what came of it.
   *
   * @param result what the contract made of it, of the receipt; may give null
   */
  final int send(CallSender sender, ContractCall call, Function<CallReceipt, Object> result)
      throws InterruptedException {
    if (calls.dryRun()) {
      give(new Result(true, true, List.of(quoted(sender, call)), null), quotedText(sender, call));
      return 0;
    }
    SentCall sent = sender.send(call);
    return finish(sender, List.of(), call, sent, result.apply(sent.receipt()));
  }

  /**
   * Gives what came of a call that was sent.
   *
   * @param before what was sent before it, for its sake
   * @param made what the contract made of it; may be null
   */
  final int finish(
      CallSender sender, List<Sent> before, ContractCall call, SentCall sent, Object made) {
    List<Sent> rows = new ArrayList<>(before);
    rows.add(sent(call, sender.account(), sent));
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append(text(row)));
    if (made != null) {
      text.append("  %s%n".formatted(made));
    }
    give(new Result(true, false, rows, made), text.toString());
    sender.acknowledge();
    return 0;
  }

  /** The call of a transaction that an earlier run sent. */
  static ContractCall callOf(String purpose, SentCall sent) {
    CallTransaction transaction = sent.transaction().transaction();
    return new ContractCall(purpose, transaction.to(), transaction.value(), transaction.data());
  }

  static Sent sent(ContractCall call, String account, SentCall sent) {
    return new Sent(
        call.purpose(),
        account,
        call.to(),
        sent.receipt().transaction().toHex(),
        sent.receipt().blockNumber(),
        sent.receipt().gasUsed(),
        sent.receipt().cost().toString(),
        call.value().toString(),
        sent.resumed());
  }

  static Sent quoted(CallSender sender, ContractCall call) throws InterruptedException {
    CallSender.Quote quote = sender.quote(call);
    return new Sent(
        call.purpose(),
        sender.account(),
        call.to(),
        null,
        null,
        null,
        quote.worstCase().subtract(quote.value()).toString(),
        quote.value().toString(),
        false);
  }

  private static String quotedText(CallSender sender, ContractCall call)
      throws InterruptedException {
    Sent quoted = quoted(sender, call);
    return "%s: would go through now; nothing was sent%n  at most %s ETH of gas, and %s ETH with it%n"
        .formatted(quoted.purpose(), ether(quoted.costWei()), ether(quoted.valueWei()));
  }

  static String text(Sent sent) {
    return "%s: done%s%n  transaction %s in block %,d, %,d gas for %s ETH%s%n"
        .formatted(
            sent.purpose(),
            sent.resumed() ? ", by what an earlier run sent" : "",
            sent.transaction(),
            sent.block(),
            sent.gasUsed(),
            ether(sent.costWei()),
            sent.valueWei().equals("0") ? "" : ", with " + ether(sent.valueWei()) + " ETH");
  }

  static String ether(String wei) {
    return new BigDecimal(new BigInteger(wei))
        .movePointLeft(18)
        .stripTrailingZeros()
        .toPlainString();
  }
}
