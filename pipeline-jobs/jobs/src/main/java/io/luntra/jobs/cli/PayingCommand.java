package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.call.SentCall;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.Erc20;
import io.luntra.ethereum.license.MarketReceipt;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A command that pays the market, in ether or in a token. */
abstract class PayingCommand extends CallCommand {
  @Option(
      names = "--approve",
      description =
          "Where the price is in a token, and the market may not take it yet: allow it exactly the"
              + " price first, in a transaction of its own.")
  private boolean approve;

  /** Says what the market made of a payment. */
  interface Outcome {
    Object of(MarketReceipt receipt) throws InterruptedException;
  }

  /** Finishes what an earlier run sent for the same purpose; empty where it sent nothing. */
  final Optional<Integer> resumed(Market market, CallSender sender, String purpose, Outcome outcome)
      throws InterruptedException {
    Optional<SentCall> sent = calls().dryRun() ? Optional.empty() : sender.resume(purpose);
    return sent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            finish(
                sender,
                List.of(),
                callOf(purpose, sent.get()),
                sent.get(),
                outcome.of(new MarketReceipt(sent.get().receipt(), market.address()))));
  }

  /**
   * Pays.
   *
   * @param call brings no ether yet
   * @param price in the currency's smallest unit
   * @param atMost what goes with it where that is ether: the market gives back what is above the
   *     price
   */
  final int pay(
      Market market,
      CallSender sender,
      ContractCall call,
      Currency currency,
      BigInteger price,
      BigInteger atMost,
      Outcome outcome)
      throws InterruptedException {
    List<Sent> before = allow(market, sender, currency, price);
    ContractCall paying = currency.isEther() ? call.withValue(atMost) : call;
    if (calls().dryRun()) {
      return send(sender, paying, receipt -> null);
    }
    SentCall sent = sender.send(paying);
    return finish(
        sender,
        before,
        paying,
        sent,
        outcome.of(new MarketReceipt(sent.receipt(), market.address())));
  }

  private List<Sent> allow(Market market, CallSender sender, Currency currency, BigInteger price)
      throws InterruptedException {
    if (currency.isEther()) {
      return List.of();
    }
    Erc20 token = new Erc20(market.node(), currency.address());
    BigInteger allowance = token.allowance(sender.account(), market.address());
    if (allowance.compareTo(price) >= 0) {
      return List.of();
    }
    BigInteger balance = token.balance(sender.account());
    if (balance.compareTo(price) < 0) {
      throw new LuntraException(
          "The price is %s, account %s has %s"
              .formatted(currency.format(price), sender.account(), currency.format(balance)));
    }
    if (!approve || calls().dryRun()) {
      throw new LuntraException(
          "The price is %s, the market may take %s from %s: --approve allows it exactly the price,%s"
              .formatted(
                  currency.format(price),
                  currency.format(allowance),
                  sender.account(),
                  " and then pays; a dry run can't try the one before the other"));
    }
    ContractCall call =
        token.approve(
            "license approve %s for market %s".formatted(currency.format(price), market.address()),
            market.address(),
            price);
    SentCall sent = sender.send(call);
    sender.acknowledge();
    return List.of(sent(call, sender.account(), sent));
  }
}
