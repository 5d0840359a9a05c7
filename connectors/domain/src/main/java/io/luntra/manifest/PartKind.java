package io.luntra.manifest;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;

/** What the entries of a manifest part are; parts stand in this order. */
public enum PartKind {
  /** Each artifact, followed by its tensors. */
  ARTIFACTS("artifacts"),
  SHARDS("shards");

  private final String word;

  PartKind(String word) {
    this.word = word;
  }

  /** As the manifest spells it. */
  public String word() {
    return word;
  }

  static PartKind fromWord(String word) {
    for (PartKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw new InvalidInputException(
        "Unknown kind of part \"%s\"".formatted(ForeignText.printable(word)));
  }
}
