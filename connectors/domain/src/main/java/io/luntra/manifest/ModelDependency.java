package io.luntra.manifest;

import io.luntra.blob.Bytes32;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something that a model is made from or needs: a release in the same registry, or a thing that is
 * known by its hash.
 */
public sealed interface ModelDependency {
  /** A word: base-model, teacher, merged, tokenizer or another. */
  String relation();

  /** What it is called; NAME@VERSION of a release. */
  String name();

  /**
   * A release. Its id follows from creator, name and version.
   *
   * @param creator account that registered the model, 0x and 40 lower-case digits
   */
  record OfRelease(String relation, String creator, ReleaseName release)
      implements ModelDependency {
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");

    public OfRelease {
      Checks.word("relation", relation);
      RecordChecks.matches("creator", creator, ADDRESS);
      Objects.requireNonNull(release, "release");
    }

    public Bytes32 releaseId() {
      return ReleaseIds.of(creator, release);
    }

    @Override
    public String name() {
      return release.toString();
    }
  }

  /**
   * Anything else.
   *
   * @param uri where it was found
   */
  record OfContent(String relation, String name, Optional<String> uri, Bytes32 sha256)
      implements ModelDependency {
    public OfContent {
      Checks.word("relation", relation);
      RecordChecks.line("name", name);
      uri.ifPresent(text -> RecordChecks.uri("uri", text));
      Objects.requireNonNull(sha256, "sha256");
    }
  }
}
