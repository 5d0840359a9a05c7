package io.luntra.quality;

import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What models are calibrated on where the user gives no text: English sentences of 10 to 40 words,
 * none of which is in a {@link Corpus}. Origin and licence are in {@code calibration/SOURCES.md}
 * beside them.
 */
public final class CalibrationText {
  private static final int HELD_OUT = 100;

  private CalibrationText() {}

  /** Sentences of technical documentation, to take statistics from. */
  public static List<String> calibration() {
    List<String> technical = read("technical");
    return technical.subList(0, technical.size() - HELD_OUT);
  }

  /** 100 more of the same kind. */
  public static List<String> heldOut() {
    List<String> technical = read("technical");
    return technical.subList(technical.size() - HELD_OUT, technical.size());
  }

  /** Sentences of another kind and age. */
  public static List<String> otherDomain() {
    return read("prose");
  }

  private static List<String> read(String name) {
    String resource = "calibration/" + name + ".txt";
    try (InputStream in = CalibrationText.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new LuntraException("Resource io/luntra/quality/" + resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new LuntraException("Cannot read resource io/luntra/quality/" + resource, e);
    }
  }
}
