package io.luntra.ethereum.license;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Hex;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.transaction.Signature;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A statement and who signed it; as a file, see LICENSES.md. The signature was found to be the
 * signer's: so it is one of an account with a key, not of a contract.
 *
 * @param signer 0x and 40 lower-case digits
 */
public record SignedStatement(Statement statement, String signer, Signature signature) {
  private static final int VERSION = 1;
  private static final int MAX_FILE_BYTES = 8_192;
  private static final List<String> FRAME =
      List.of("format", "version", "chainId", "market", "message", "signer", "signature");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /**
   * Checks the signature.
   *
   * @throws InvalidInputException when the signature is not the signer's
   */
  public SignedStatement {
    String found = signature.signer(statement.typedData().signingHash().bytes());
    if (!found.equals(signer)) {
      throw new InvalidInputException(
          "%s: signed by %s, expected %s".formatted(statement.kind().struct(), found, signer));
    }
  }

  /** Has a statement signed. */
  public static SignedStatement by(Signer signer, Statement statement) throws InterruptedException {
    return new SignedStatement(statement, signer.address(), signer.sign(statement.typedData()));
  }

  private static String format(Statement.Kind kind) {
    return "luntra-license-" + kind.name().toLowerCase(Locale.ROOT);
  }

  /** As it stands in a file. */
  public ObjectNode json() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("format", format(statement.kind()))
            .put("version", VERSION)
            .put("chainId", statement.chainId())
            .put("market", statement.market());
    ObjectNode message = json.putObject("message");
    statement.fields().forEach(message::put);
    return json.put("signer", signer).put("signature", Hex.encode(signature.bytes()));
  }

  /**
   * Writes a new file.
   *
   * @throws InvalidInputException when it can't be written, or is there already
   */
  public void write(Path file) {
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(json()) + "\n",
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be written: %s".formatted(file, e), e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it can't be read, is no statement of this kind, or is not
   *     signed by whom it says
   */
  public static SignedStatement read(Statement.Kind kind, Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_FILE_BYTES + 1);
    } catch (IOException e) {
      throw new InvalidInputException("%s can't be read: %s".formatted(file, e), e);
    }
    try {
      return parse(kind, bytes);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads what {@link #write} writes; fails as {@link #read}. */
  static SignedStatement parse(Statement.Kind kind, byte[] bytes) {
    if (bytes.length > MAX_FILE_BYTES) {
      throw new InvalidInputException("expected at most %d bytes".formatted(MAX_FILE_BYTES));
    }
    JsonNode json;
    try {
      json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("not JSON: " + e.getOriginalMessage(), e);
    }
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!FRAME.contains(name)) {
                throw new InvalidInputException("unknown field \"%s\"".formatted(name));
              }
            });
    expect(json, "format", format(kind));
    if (!json.path("version").isInt() || json.path("version").intValue() != VERSION) {
      throw new InvalidInputException(
          "version: expected %d, found %s".formatted(VERSION, json.path("version")));
    }
    if (!json.path("chainId").canConvertToLong() || !json.path("chainId").isIntegralNumber()) {
      throw new InvalidInputException("chainId: expected a number of at most 63 bits");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    json.path("message")
        .fieldNames()
        .forEachRemaining(name -> fields.put(name, text(json.path("message"), name)));
    Statement statement =
        new Statement(kind, json.path("chainId").longValue(), text(json, "market"), fields);
    try {
      return new SignedStatement(
          statement,
          text(json, "signer"),
          Signature.fromBytes(Hex.decode(text(json, "signature"), Signature.BYTES)));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("signature: " + e.getMessage(), e);
    }
  }

  private static void expect(JsonNode json, String field, String expected) {
    String found = text(json, field);
    if (!found.equals(expected)) {
      throw new InvalidInputException(
          "%s: expected \"%s\", found \"%s\"".formatted(field, expected, found));
    }
  }

  private static String text(JsonNode json, String field) {
    if (!json.path(field).isTextual()) {
      throw new InvalidInputException(field + ": expected a text");
    }
    return json.path(field).textValue();
  }
}
