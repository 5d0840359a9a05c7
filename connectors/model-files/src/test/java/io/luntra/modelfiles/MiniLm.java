package io.luntra.modelfiles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The FP32 file of all-MiniLM-L6-v2, from its Maven artifact. */
public final class MiniLm {
  private MiniLm() {}

  /** Copies the file into a folder. */
  public static Path copyTo(Path folder) throws IOException {
    Path file = folder.resolve("all-minilm-l6-v2.onnx");
    try (InputStream in = MiniLm.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
      Files.copy(in, file);
    }
    return file;
  }
}
