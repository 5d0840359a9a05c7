package io.luntra.ethereum.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a domain serves at {@code https://DOMAIN/.well-known/luntra.json}: {@code {version: 1,
 * statements: […]}}.
 *
 * @param statements at most 64
 */
public record StatementFile(int version, List<DomainStatement> statements) {
  /** Longest file. */
  public static final int MAX_BYTES = 65_536;

  /** Where it is, on its domain. */
  public static final String PATH = "/.well-known/luntra.json";

  private static final int VERSION = 1;
  private static final int MAX_STATEMENTS = 64;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  public StatementFile {
    if (version != VERSION) {
      throw new InvalidInputException("of version %d, expected %d".formatted(version, VERSION));
    }
    if (statements.size() > MAX_STATEMENTS) {
      throw new InvalidInputException(
          "%d statements, expected at most %d".formatted(statements.size(), MAX_STATEMENTS));
    }
    statements = List.copyOf(statements);
  }

  /** One without statements. */
  public static StatementFile empty() {
    return new StatementFile(VERSION, List.of());
  }

  /** The same with a statement, instead of the one about the same, if there is one. */
  public StatementFile with(DomainStatement added) {
    List<DomainStatement> all = new ArrayList<>(statements);
    all.removeIf(
        statement ->
            statement.isAbout(
                added.account(), added.domain(), added.chainId(), added.attestations()));
    all.add(added);
    return new StatementFile(VERSION, all);
  }

  /** The statement about an account and a domain, for readers of a contract on a chain. */
  Optional<DomainStatement> find(String account, String domain, long chainId, String attestations) {
    return statements.stream()
        .filter(statement -> statement.isAbout(account, domain, chainId, attestations))
        .findFirst();
  }

  /** As {@link #fromJson} reads it. */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a file from a stranger.
   *
   * @throws InvalidInputException when it is none
   */
  public static StatementFile fromJson(byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new InvalidInputException(
          "Not a file of statements: %d bytes, expected at most %d"
              .formatted(json.length, MAX_BYTES));
    }
    try {
      StatementFile file = JSON.readValue(json, StatementFile.class);
      if (file == null) {
        throw new InvalidInputException("Not a file of statements: null");
      }
      return file;
    } catch (JsonProcessingException e) {
      String why =
          e.getCause() instanceof InvalidInputException
              ? e.getCause().getMessage()
              : e.getOriginalMessage();
      throw new InvalidInputException("Not a file of statements: " + why, e);
    } catch (IOException e) {
      throw new InvalidInputException("Not a file of statements: " + e.getMessage(), e);
    }
  }
}
