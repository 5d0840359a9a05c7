package io.luntra.jobs.cli;

import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.failure.InvalidInputException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which of the accounts signs. */
final class FromOption {
  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = "Account that signs, of those that the keys are of. Default: the first.")
  private String from;

  /** Its signer. */
  Signer signer(SignerSource source) {
    List<Signer> signers = source.load();
    Optional<String> wanted = CreatorOption.address("--from", from);
    return wanted.isEmpty()
        ? signers.get(0)
        : signers.stream()
            .filter(signer -> signer.address().equals(wanted.get()))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "--from: %s is none of the %d accounts that the keys are of"
                            .formatted(wanted.get(), signers.size())));
  }
}
