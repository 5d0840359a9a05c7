package io.luntra.jobs.cli;

import io.luntra.ethereum.license.IssuedLicense;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Lists the licenses that an account ever got, oldest first; luntra license show says what"
            + " became of one.")
final class LicenseListCommand extends JsonCommand {
  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      required = true,
      description = "The licensee.")
  private String account;

  @Mixin private ChainOptions chain;

  /** What --json gives. */
  record Result(boolean ok, String account, List<IssuedText> licenses) {}

  @Override
  public Integer call() throws Exception {
    String licensee = CreatorOption.address("--account", account).orElseThrow();
    Market market = Market.of(chain);
    List<IssuedText> licenses = new ArrayList<>();
    for (IssuedLicense license : market.reader().issuedTo(licensee)) {
      licenses.add(IssuedText.of(market.bought(license)));
    }
    give(
        new Result(true, licensee, licenses),
        licenses.isEmpty()
            ? "%s never got a license%n".formatted(licensee)
            : licenses.stream()
                .map(license -> "%s%n  of release %s%n".formatted(license, license.releaseId()))
                .collect(Collectors.joining()));
    return 0;
  }
}
