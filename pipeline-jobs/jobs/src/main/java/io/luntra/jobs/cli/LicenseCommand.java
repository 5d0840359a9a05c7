package io.luntra.jobs.cli;

import picocli.CommandLine.Command;

@Command(
    name = "license",
    mixinStandardHelpOptions = true,
    description = {
      "Sells, buys and checks licenses of releases, in the market that stands beside the registry.",
      "Who sells: terms, publish, voucher, receipt, refund, withdraw-terms. Who buys: offer, buy,"
          + " topup, refund-consent. Who wants to know: show, list, check. Who is paid: balance,"
          + " distribute, withdraw."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LicenseTermsCommand.class,
      LicensePublishCommand.class,
      LicenseWithdrawTermsCommand.class,
      LicenseOfferCommand.class,
      LicenseVoucherCommand.class,
      LicenseBuyCommand.class,
      LicenseShowCommand.class,
      LicenseListCommand.class,
      LicenseCheckCommand.class,
      LicenseTopUpCommand.class,
      LicenseReceiptCommand.class,
      LicenseMeterCommand.class,
      LicenseRefundConsentCommand.class,
      LicenseRefundCommand.class,
      LicenseBalanceCommand.class,
      LicenseDistributeCommand.class,
      LicenseWithdrawCommand.class
    })
final class LicenseCommand {}
