package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.Erc20;
import io.luntra.ethereum.license.MarketReceipt;
import java.math.BigInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "withdraw",
    mixinStandardHelpOptions = true,
    description = "Pays out all that the sending account is owed in a currency.")
final class LicenseWithdrawCommand extends CallCommand {
  @Option(
      names = "--currency",
      paramLabel = "ETH|ADDRESS",
      defaultValue = "ETH",
      description = "Ether, or an ERC-20 token. Default: ${DEFAULT-VALUE}.")
  private String currencyName;

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "Who gets it. Default: the account itself.")
  private String to;

  /** What came of it, in the currency's smallest unit; the same for people. */
  record Withdrawn(String to, String currency, String credit, String amount) {
    @Override
    public String toString() {
      return "%s to %s".formatted(amount, to);
    }
  }

  @Override
  public Integer call() throws Exception {
    String address = LicenseBalanceCommand.currency("--currency", currencyName);
    Market market = Market.of(chain(), node());
    Currency currency = Erc20.currency(market.node(), address);
    try (CallSender sender = sender(market.node())) {
      String receiver = CreatorOption.address("--to", to).orElse(sender.account());
      return send(
          sender,
          market
              .calls()
              .withdraw(
                  "license withdraw %s of market %s to %s"
                      .formatted(currency.name(), market.address(), receiver),
                  address,
                  receiver),
          receipt -> {
            BigInteger amount = new MarketReceipt(receipt, market.address()).withdrawn();
            return new Withdrawn(
                receiver, currency.name(), amount.toString(), currency.format(amount));
          });
    }
  }
}
