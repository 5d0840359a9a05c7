package io.luntra.ethereum.reference;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.transaction.Signature;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.util.Locale;

/**
 * A move of a branch with the signature of the account that makes it, as a file that anybody may
 * submit.
 *
 * @param references the contract that it is for, 0x and 40 lower-case digits
 */
public record SignedBranchMove(
    long chainId, String references, BranchMove move, Signature signature) {
  /** Longest file. */
  public static final int MAX_BYTES = 8_192;

  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private record Document(
      int version,
      long chainId,
      String references,
      String by,
      String modelId,
      String name,
      String from,
      String to,
      long moves,
      long deadline,
      String signature) {}

  /** Lets an account sign a move. */
  public static SignedBranchMove sign(
      long chainId, String references, BranchMove move, Signer signer) throws InterruptedException {
    return new SignedBranchMove(
        chainId, references, move, signer.sign(move.typedData(chainId, references)));
  }

  /** As {@link #fromJson} reads it. */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(
          new Document(
              VERSION,
              chainId,
              references,
              move.by(),
              move.modelId().toHex(),
              move.name(),
              move.from().toHex(),
              move.to().toHex(),
              move.moves(),
              move.deadline(),
              Hex.encode(signature.bytes())));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a file from a stranger.
   *
   * @throws InvalidInputException when it is none, or the account did not sign it
   */
  public static SignedBranchMove fromJson(byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new InvalidInputException(
          "A signed move of %d bytes, expected at most %d".formatted(json.length, MAX_BYTES));
    }
    try {
      Document document = JSON.readValue(json, Document.class);
      if (document == null || document.version() != VERSION) {
        throw new InvalidInputException("not of version " + VERSION);
      }
      SignedBranchMove signed =
          new SignedBranchMove(
              document.chainId(),
              Hex.encode(Hex.decode(document.references(), 20)),
              new BranchMove(
                  document.by().toLowerCase(Locale.ROOT),
                  Bytes32.fromHex(document.modelId()),
                  document.name(),
                  Bytes32.fromHex(document.from()),
                  Bytes32.fromHex(document.to()),
                  document.moves(),
                  document.deadline()),
              Signature.fromBytes(Hex.decode(document.signature(), Signature.BYTES)));
      signed.requireSigned();
      return signed;
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new InvalidInputException("Not a signed move of a branch: " + reason(e), e);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("Not a signed move of a branch: " + e.getMessage(), e);
    }
  }

  private static String reason(Exception e) {
    return e instanceof com.fasterxml.jackson.core.JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }

  private void requireSigned() {
    String signer = signature.signer(move.typedData(chainId, references).signingHash().bytes());
    if (!signer.equals(move.by())) {
      throw new InvalidInputException(
          "signed by %s, expected %s; or it was changed after that".formatted(signer, move.by()));
    }
  }
}
