package io.luntra.modelfiles;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** JSON of strangers, as model files and their indexes have it. */
public final class StrictJson {
  private StrictJson() {}

  /** A parser of UTF-8 that refuses names given twice, deep nesting and long texts. */
  public static JsonParser parser(InputStream in, int nesting, ReaderLimits limits)
      throws IOException {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(nesting)
                    .maxNumberLength(20)
                    .maxNameLength(Math.max(limits.textBytes(), limits.metadataBytes()))
                    .maxStringLength(limits.metadataBytes())
                    .build())
            .build();
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    return factory.createParser(new InputStreamReader(in, utf8));
  }
}
