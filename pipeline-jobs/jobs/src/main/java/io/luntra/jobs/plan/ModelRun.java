package io.luntra.jobs.plan;

import io.luntra.failure.InvalidInputException;
import io.luntra.quality.Pooling;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.core.fs.Path;

/**
 * How far a release may be searched for, and what its model is run with for that.
 *
 * @param tokenizer path of its tokenizer.json; without one it is looked for beside the model
 * @param samples path of the user's text, one sample a line; without it, text of ours
 * @param calibrates whether activations may decide levels; otherwise only the weights do
 * @param forUpdates whether its deltas are to be small, too
 * @param maxBytes most bytes of payload, or 0
 * @param runsScripts whether TorchScript is run to measure it, which runs its code
 */
public record ModelRun(
    Optional<String> tokenizer,
    Pooling pooling,
    Optional<String> samples,
    boolean calibrates,
    boolean forUpdates,
    long maxBytes,
    PruneRule pruning,
    boolean runsScripts) {
  public static final ModelRun DEFAULT =
      new ModelRun(
          Optional.empty(), Pooling.MEAN, Optional.empty(), true, false, 0, PruneRule.NONE, false);

  public ModelRun {
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(pooling, "pooling");
    Objects.requireNonNull(samples, "samples");
    Objects.requireNonNull(pruning, "pruning");
    if (maxBytes < 0) {
      throw new InvalidInputException("At most " + maxBytes + " bytes: expected 1 or more");
    }
  }

  /** The same with a size to keep within. */
  public ModelRun withMaxBytes(long bytes) {
    return new ModelRun(
        tokenizer, pooling, samples, calibrates, forUpdates, bytes, pruning, runsScripts);
  }

  /** The same with this pooling. */
  public ModelRun withPooling(Pooling how) {
    return new ModelRun(
        tokenizer, how, samples, calibrates, forUpdates, maxBytes, pruning, runsScripts);
  }

  /** The same, with small deltas to follow. */
  public ModelRun withUpdates() {
    return new ModelRun(
        tokenizer, pooling, samples, calibrates, true, maxBytes, pruning, runsScripts);
  }

  /** The tokenizer of a model: the given one, or {@code tokenizer.json} or NAME-tokenizer.json. */
  public Optional<String> tokenizerFor(Path model) throws IOException {
    if (tokenizer.isPresent()) {
      if (!exists(tokenizer.get())) {
        throw new InvalidInputException("Tokenizer %s: no such file".formatted(tokenizer.get()));
      }
      return tokenizer;
    }
    String name = model.getName();
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    for (String beside : new String[] {stem + "-tokenizer.json", "tokenizer.json"}) {
      Path path = new Path(model.getParent(), beside);
      if (path.getFileSystem().exists(path)) {
        return Optional.of(path.toString());
      }
    }
    return Optional.empty();
  }

  private static boolean exists(String file) throws IOException {
    Path path = new Path(file);
    return path.getFileSystem().exists(path);
  }

  /** What of it decides a plan for a model. */
  void writeTo(DataOutputStream out, Path model) throws IOException {
    Optional<String> words = tokenizerFor(model);
    out.writeUTF(words.isPresent() ? InputHashes.ofFile(new Path(words.get())).toHex() : "");
    out.writeUTF(pooling.id());
    if (samples.isPresent() && !exists(samples.get())) {
      throw new InvalidInputException("Samples %s: no such file".formatted(samples.get()));
    }
    out.writeUTF(samples.isPresent() ? InputHashes.ofFile(new Path(samples.get())).toHex() : "");
    out.writeBoolean(calibrates);
    out.writeBoolean(forUpdates);
    out.writeLong(maxBytes);
    out.writeUTF(pruning.id());
  }
}
