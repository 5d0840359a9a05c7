package io.luntra.modelfiles.pytorch;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.BoundedStream;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ReaderOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * What the {@code forward} of a TorchScript model takes, found in its code as text: the class of
 * the pickle's first object, in {@code code/MODULE.py}. Nothing of it is run.
 *
 * @param inputs names of its tensors, in their order, up to the first that has a default; at least
 *     one
 */
public record ScriptSignature(List<String> inputs) {
  private static final int PICKLE_HEAD = 4096;
  private static final String SCRIPT = "__torch__";

  /** Protocol 2, then the class of the object that the file holds, by module and name. */
  private static final Pattern CLASS =
      Pattern.compile("\\A\u0080\u0002c(" + SCRIPT + "[\\w.]*)\\n(\\w+)\\n");

  private static final Pattern NAME = Pattern.compile("\\w+");

  public ScriptSignature {
    inputs = List.copyOf(inputs);
  }

  /**
   * Reads a file that {@link PytorchReader} has laid out.
   *
   * @return nothing where the file is a checkpoint, or none of PyTorch
   * @throws InvalidInputException when it is a script whose code is not there, is too long, or
   *     takes anything but tensors; the message names the file
   */
  public static Optional<ScriptSignature> read(Path file, ReaderOptions options)
      throws IOException {
    long length = ModelFiles.length(file);
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      if (!PytorchReader.isZip(in.readNBytes(PytorchReader.HEAD_BYTES))) {
        return Optional.empty();
      }
      Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(in, length, options.limits());
      String folder = PytorchReader.folder(entries);
      ZipDirectory.Entry pickle = entries.get(folder + PytorchReader.PICKLE);
      in.seek(pickle.offset());
      byte[] head = in.readNBytes((int) Math.min(PICKLE_HEAD, pickle.length()));
      Matcher root = CLASS.matcher(new String(head, StandardCharsets.ISO_8859_1));
      if (!root.find()) {
        return Optional.empty();
      }
      String name = folder + "code/" + root.group(1).replace('.', '/') + ".py";
      ZipDirectory.Entry code = entries.get(name);
      if (code == null) {
        throw new InvalidInputException(
            "a script without zip entry '%s', which is to have its code"
                .formatted(ForeignText.printable(name)));
      }
      return Optional.of(
          new ScriptSignature(
              inputs(text(in, code, options.limits().metadataBytes()), root.group(2))));
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String text(FSDataInputStream in, ZipDirectory.Entry entry, int most)
      throws IOException {
    in.seek(entry.offset());
    Inflater raw = new Inflater(true);
    try {
      InputStream stored = new BoundedStream(in, entry.length());
      InputStream content = entry.stored() ? stored : new InflaterInputStream(stored, raw);
      byte[] text = content.readNBytes(most + 1);
      if (text.length > most) {
        throw new InvalidInputException(
            "zip entry '%s': code of more than %d bytes".formatted(entry.name(), most));
      }
      return new String(text, StandardCharsets.UTF_8);
    } catch (ZipException | java.io.EOFException e) {
      throw new InvalidInputException(
          "zip entry '%s' can't be inflated: %s".formatted(entry.name(), e.getMessage()), e);
    } finally {
      raw.end();
    }
  }

  private static List<String> inputs(String code, String name) {
    Matcher head = Pattern.compile("(?m)^class " + name + "\\(Module\\):$").matcher(code);
    int from = head.find() ? head.end() : code.length();
    int next = code.indexOf("\nclass ", from);
    String body = code.substring(from, next < 0 ? code.length() : next);
    int forward = body.indexOf("\n  def forward(");
    int end = body.indexOf(") ->", forward);
    if (forward < 0 || end < 0) {
      throw new InvalidInputException("its code has no forward of class %s".formatted(name));
    }
    List<String> inputs = new ArrayList<>();
    List<String> parameters = split(body.substring(body.indexOf('(', forward) + 1, end));
    // The first is the object itself; one with a default is left to it, as are those after it.
    for (String parameter : parameters.subList(1, parameters.size())) {
      int colon = parameter.indexOf(':');
      String input = colon < 0 ? "" : parameter.substring(0, colon).strip();
      if (!NAME.matcher(input).matches()) {
        throw new InvalidInputException(
            "its forward takes '%s', expected NAME: TYPE"
                .formatted(ForeignText.printable(parameter.strip())));
      }
      if (parameter.indexOf('=', colon) > 0) {
        break;
      }
      String type = parameter.substring(colon + 1).strip();
      if (!type.equals("Tensor") && !type.equals("Optional[Tensor]")) {
        throw new InvalidInputException(
            "its forward takes %s of type %s; only models of tensors alone are run"
                .formatted(input, ForeignText.printable(type)));
      }
      inputs.add(input);
    }
    if (inputs.isEmpty()) {
      throw new InvalidInputException("its forward takes no tensor without a default");
    }
    return inputs;
  }

  /** Parts between commas that are in no brackets; a comma may end the last. */
  private static List<String> split(String parameters) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < parameters.length(); i++) {
      char c = parameters.charAt(i);
      depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(parameters.substring(from, i));
        from = i + 1;
      }
    }
    if (parts.isEmpty() || !parameters.substring(from).isBlank()) {
      parts.add(parameters.substring(from));
    }
    return parts;
  }
}
