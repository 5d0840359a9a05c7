package io.luntra.ethereum.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.failure.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.crypto.Credentials;

class StatementFileTest {
  private static final String CONTRACT = "0x" + "c0".repeat(20);
  private static final LocalSigner SIGNER =
      new LocalSigner(Credentials.create("0x" + "5".repeat(64)));
  private static final LocalSigner OTHER =
      new LocalSigner(Credentials.create("0x" + "6".repeat(64)));

  private DomainStatement statement;
  private byte[] json;

  @BeforeEach
  void sign() throws InterruptedException {
    statement = DomainStatement.sign("example.org", 1, CONTRACT, SIGNER);
    json = StatementFile.empty().with(statement).toJson();
  }

  private static Optional<DomainStatement> found(StatementFile file) {
    return file.find(SIGNER.address(), "example.org", 1, CONTRACT);
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(found(StatementFile.fromJson(json))).contains(statement);
    assertThat(statement.signer()).isEqualTo(SIGNER.address());
  }

  @Test
  void accountsStandBesideEachOther() throws InterruptedException {
    StatementFile both =
        StatementFile.fromJson(json)
            .with(DomainStatement.sign("example.org", 1, CONTRACT, OTHER))
            .with(DomainStatement.sign("example.org", 1, CONTRACT, OTHER));

    assertThat(both.statements()).hasSize(2).contains(statement);
  }

  @ParameterizedTest
  @CsvSource({"example.com,1,c0", "example.org,2,c0", "example.org,1,c1"})
  void aStatementForOthersIsAnother(String domain, long chainId, String contract)
      throws InterruptedException {
    DomainStatement other =
        DomainStatement.sign(domain, chainId, "0x" + contract.repeat(20), SIGNER);

    assertThat(other.digest()).isNotEqualTo(statement.digest());
    assertThat(found(StatementFile.empty().with(other))).isEmpty();
  }

  @Test
  void anotherAccountsSignatureIsSeen() {
    DomainStatement forged =
        new DomainStatement(OTHER.address(), "example.org", 1, CONTRACT, statement.signature());

    assertThat(forged.signer()).isNotEqualTo(OTHER.address());
  }

  @Test
  void noChangedByteLetsAnotherStatementPass() {
    Random random = new Random(20_261);
    for (int i = 0; i < 3_000; i++) {
      byte[] changed = json.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        found(StatementFile.fromJson(changed))
            .filter(other -> !other.equals(statement))
            .ifPresent(other -> assertThat(signer(other)).isNotEqualTo(SIGNER.address()));
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageStartingWith("Not a file of statements");
      }
    }
  }

  private static String signer(DomainStatement statement) {
    try {
      return statement.signer();
    } catch (InvalidInputException e) {
      return "nobody";
    }
  }

  @Test
  void noPartOfAFilePasses() {
    for (int length = 0; length < json.length; length++) {
      byte[] part = Arrays.copyOf(json, length);
      assertThatThrownBy(() -> StatementFile.fromJson(part))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null",
        "[]",
        "{}",
        "{\"version\": 1}",
        "{\"version\": 2, \"statements\": []}",
        "{\"version\": 1, \"statements\": null}",
        "{\"version\": 1, \"statements\": [null]}",
        "{\"version\": 1, \"statements\": [{}]}",
        "{\"version\": 1, \"version\": 1, \"statements\": []}",
        "{\"version\": 1, \"statements\": [], \"more\": 1}",
        "{\"version\": 1, \"statements\": []} {}"
      })
  void whatIsNoFileOfStatementsIsRefused(String text) {
    assertThatThrownBy(() -> StatementFile.fromJson(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("Not a file of statements");
  }

  @Test
  void sizesAreBounded() throws InterruptedException {
    assertThatThrownBy(() -> StatementFile.fromJson(new byte[StatementFile.MAX_BYTES + 1]))
        .hasMessageContaining("expected at most 65536");
    StatementFile file = StatementFile.empty();
    for (int i = 0; i < 64; i++) {
      file = file.with(DomainStatement.sign("example.org", i, CONTRACT, SIGNER));
    }
    StatementFile full = StatementFile.fromJson(file.toJson());
    assertThatThrownBy(() -> full.with(DomainStatement.sign("example.org", 64, CONTRACT, SIGNER)))
        .hasMessageContaining("65 statements, expected at most 64");
  }
}
