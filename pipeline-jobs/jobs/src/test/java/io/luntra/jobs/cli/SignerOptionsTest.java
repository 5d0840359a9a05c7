package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.ethereum.signer.PasswordSource;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.failure.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SignerOptionsTest {
  private static final String FIRST = "0x" + "11".repeat(20);
  private static final String SECOND = "0x" + "22".repeat(20);

  @Command
  private static final class Example {
    @Mixin private SignerOptions signers;
  }

  private static SignerSource parse(String... arguments) {
    Example example = new Example();
    new CommandLine(example).parseArgs(arguments);
    return example.signers.source();
  }

  @Test
  void takesTheKeysOfTheEnvironmentByDefault() {
    assertThat(parse()).isEqualTo(SignerSource.keyEnvironment("LUNTRA_KEYS"));
  }

  @Test
  void takesAKeyFile() {
    assertThat(parse("--key-file", "keys")).isEqualTo(SignerSource.keyFile(Path.of("keys")));
  }

  @Test
  void takesKeystoresWithAPasswordOfFileOrEnvironment() {
    Path keystore = Path.of("keystore");
    assertThat(parse("--keystore", "keystore"))
        .isEqualTo(
            SignerSource.keystore(
                keystore, PasswordSource.environment("LUNTRA_KEYSTORE_PASSWORD")));
    assertThat(parse("--keystore", "keystore", "--password-file", "password"))
        .isEqualTo(SignerSource.keystore(keystore, PasswordSource.file(Path.of("password"))));
  }

  @Test
  void takesAccountsOfARemoteSigner() {
    SignerSource expected = SignerSource.remote("http://signer:9000", List.of(FIRST, SECOND));
    assertThat(parse("--signer", "http://signer:9000", "--account", FIRST + "," + SECOND))
        .isEqualTo(expected);
    assertThat(parse("--signer", "http://signer:9000", "--account", FIRST, "--account", SECOND))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --key-file a --keystore b                          | Give at most one of
          --key-file a --signer http://b --account 0x        | Give at most one of
          --keystore a --signer http://b                     | Give at most one of
          --key-file a --keystore b --signer c               | Give at most one of
          --password-file a                                  | --password-file needs --keystore
          --key-file a --password-file b                     | --password-file needs --keystore
          --account 0x                                       | --account needs --signer
          --keystore a --account 0x                          | --account needs --signer
          --signer http://a                                  | --signer needs --account
          --signer a --account 0x                            | not of the form http://host:port
          --signer http://a --account 0x12                   | an account of 4 characters
          """)
  void saysWhichOptionsDoNotGoTogether(String arguments, String message) {
    assertThatThrownBy(() -> parse(arguments.split(" ")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void hasAHelpText() {
    assertThat(new CommandLine(new Example()).getUsageMessage())
        .contains("--key-file", "--keystore", "--password-file", "--signer", "--account")
        .contains("LUNTRA_KEYSTORE_PASSWORD", "LUNTRA_KEYS");
  }
}
