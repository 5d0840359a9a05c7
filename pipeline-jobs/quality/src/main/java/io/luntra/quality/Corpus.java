package io.luntra.quality;

import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The sentences that quality is measured on: two domains, at least 300 English sentences of 6 to 40
 * words each. Origin and licence of both are in {@code corpus/SOURCES.md} beside them.
 */
public enum Corpus {
  /** Technical documentation: the Javadoc of Apache-licensed Java projects. */
  TECHNICAL,
  /** Public-domain novels of the nineteenth century. */
  PROSE;

  /** {@code technical} or {@code prose}: the word for it in reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All sentences, in the order of the file; the same on every call. */
  public List<String> sentences() {
    String resource = "corpus/" + id() + ".txt";
    try (InputStream in = Corpus.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new LuntraException("Corpus resource io/luntra/quality/" + resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new LuntraException("Cannot read corpus resource io/luntra/quality/" + resource, e);
    }
  }
}
