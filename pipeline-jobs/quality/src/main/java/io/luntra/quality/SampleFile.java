package io.luntra.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A user's own text: UTF-8, one sample a line, empty lines passed over; in a file named .jsonl each
 * line is a JSON string, or an object with one called {@code text}. Every fifth sample is held out,
 * so that what is measured was not calibrated on.
 */
public final class SampleFile {
  /** Largest file: 16 MiB. */
  public static final long MAX_BYTES = 16L << 20;

  /** Longest sample, in characters. */
  public static final int MAX_LENGTH = 16_384;

  /** Fewest samples. */
  public static final int MIN_SAMPLES = 20;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HELD_OUT_EACH = 5;

  private final List<String> samples;

  private SampleFile(List<String> samples) {
    this.samples = samples;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it is missing, too long, not UTF-8, has fewer than 20
   *     samples or one of more than 16,384 characters
   */
  public static SampleFile read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidInputException(
            "Samples %s of %d bytes: expected at most %d"
                .formatted(file, Files.size(file), MAX_BYTES));
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      boolean json = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".jsonl");
      List<String> samples = new ArrayList<>();
      int line = 0;
      for (String each : (Iterable<String>) text.lines()::iterator) {
        line++;
        String sample = json && !each.isBlank() ? text(file, line, each) : each.strip();
        if (!sample.isEmpty()) {
          samples.add(sample);
        }
      }
      for (int i = 0; i < samples.size(); i++) {
        if (samples.get(i).length() > MAX_LENGTH) {
          throw new InvalidInputException(
              "Samples %s: sample %d has %d characters, expected at most %d"
                  .formatted(file, i + 1, samples.get(i).length(), MAX_LENGTH));
        }
      }
      if (samples.size() < MIN_SAMPLES) {
        throw new InvalidInputException(
            "Samples %s: expected at least %d lines of text, found %d"
                .formatted(file, MIN_SAMPLES, samples.size()));
      }
      return new SampleFile(samples);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("Samples %s are not UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new InvalidInputException("Samples %s can't be read: %s".formatted(file, e), e);
    }
  }

  private static String text(Path file, int line, String json) {
    JsonNode found = null;
    try {
      JsonNode node = JSON.readTree(json);
      found = node != null && node.isObject() ? node.get("text") : node;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "Samples %s, line %d: not JSON: %s".formatted(file, line, e.getOriginalMessage()), e);
    }
    if (found == null || !found.isTextual()) {
      throw new InvalidInputException(
          "Samples %s, line %d: expected a string, or an object with \"text\""
              .formatted(file, line));
    }
    return found.textValue().strip();
  }

  /** Samples to take statistics from. */
  public List<String> calibration() {
    return every(false);
  }

  /** Samples to measure on. */
  public List<String> heldOut() {
    return every(true);
  }

  private List<String> every(boolean heldOut) {
    List<String> some = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      if ((i % HELD_OUT_EACH == HELD_OUT_EACH - 1) == heldOut) {
        some.add(samples.get(i));
      }
    }
    return some;
  }
}
