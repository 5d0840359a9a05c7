package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.reference.ReferenceReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.util.List;

/** Branches or tags of a model, as --json gives them. */
record ReferenceList(boolean ok, String model, String creator, List<Entry> references) {

  /**
   * One of them.
   *
   * @param release NAME@VERSION
   * @param by who set it there, in which block
   */
  record Entry(String name, String release, String releaseId, String by, long block) {}

  static ReferenceList of(Model model, List<ReferenceReader.Reference> references) {
    return new ReferenceList(
        true,
        model.name(),
        model.creator(),
        references.stream()
            .map(
                found ->
                    new Entry(
                        found.name(),
                        model.nameOf(found.releaseId()),
                        found.releaseId().toHex(),
                        found.by(),
                        found.block()))
            .toList());
  }

  /**
   * A release of a model by its version.
   *
   * @param text VERSION or NAME@VERSION
   */
  static Bytes32 release(Model model, String text) {
    if (text.indexOf('@') < 0) {
      return model.release(text);
    }
    ReleaseName named = ReleaseName.parse(text);
    if (!named.name().equals(model.name())) {
      throw new InvalidInputException(
          "%s is no release of model %s".formatted(named, model.name()));
    }
    return model.release(named.version());
  }

  String text(String what) {
    StringBuilder text =
        new StringBuilder("%s of %s: %d %s%n".formatted(model, creator, references.size(), what));
    for (Entry entry : references) {
      text.append(
          "  %-24s %s, by %s in block %d%n"
              .formatted(entry.name(), entry.release(), entry.by(), entry.block()));
    }
    return text.toString();
  }
}
