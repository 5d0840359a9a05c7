package io.luntra.jobs.cli;

import io.luntra.ethereum.license.Use;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Whether a license gives an account all of these uses of a release now: exit 0 or 1.")
final class LicenseCheckCommand extends JsonCommand {
  @Parameters(index = "0", paramLabel = "TOKEN", description = "Number of the license.")
  private String token;

  @Parameters(index = "1", paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      required = true,
      description = "Who wants to use it.")
  private String account;

  @Option(
      names = "--uses",
      paramLabel = "USE",
      split = ",",
      required = true,
      description = "Of research, commercial, redistribution, derivatives.")
  private List<String> uses;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  /**
   * What --json gives.
   *
   * @param ok whether it does
   */
  record Result(boolean ok, String tokenId, String account, String releaseId, List<String> uses) {}

  @Override
  public Integer call() throws Exception {
    BigInteger tokenId = Market.token(token);
    String licensee = CreatorOption.address("--account", account).orElseThrow();
    List<Use> wanted = uses.stream().map(LicenseCheckCommand::use).toList();
    Market market = Market.of(chain);
    PublishedRelease release = market.release(name, creator);
    boolean licensed = market.reader().isLicensed(licensee, release.releaseId(), wanted, tokenId);
    give(
        new Result(licensed, token, licensee, release.releaseId().toHex(), uses),
        "License %s %s %s %s of %s%n"
            .formatted(
                token,
                licensed ? "gives" : "does NOT give",
                licensee,
                String.join(", ", uses),
                name));
    return licensed ? 0 : 1;
  }

  private static Use use(String id) {
    try {
      return Use.fromId(id);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--uses: " + e.getMessage(), e);
    }
  }
}
