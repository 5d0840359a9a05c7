package io.luntra.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Real models, cut into chunks. */
final class Models {
  static final String MINI_LM = "/all-minilm-l6-v2.onnx";
  static final String BGE_V1 = "/bge-small-en.onnx";
  static final String BGE_V15 = "/bge-small-en-v1.5.onnx";

  private Models() {}

  static List<Chunks> cut(String resource) throws IOException {
    try (InputStream in = Models.class.getResourceAsStream(resource)) {
      return OnnxFloats.cut(in.readAllBytes());
    }
  }
}
