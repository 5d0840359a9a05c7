package io.luntra.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a release is, apart from its bytes.
 *
 * @param profile word for how the model was compressed: letters, digits, '.', '_', '+', '-'
 * @param keepQuality the quality that was to be kept, a decimal number from 0 to 1, where one was
 *     asked for
 * @param codecVersion version of the encoded chunks, 1 to 65,535
 * @param parent the release that it is a delta against, where there is one
 * @param record what its publisher says of the model
 */
public record ReleaseDescription(
    ReleaseName name,
    String profile,
    Optional<String> keepQuality,
    int codecVersion,
    Optional<ParentReference> parent,
    Optional<ModelRecord> record) {
  private static final Pattern QUALITY = Pattern.compile("0\\.[0-9]{0,15}[1-9]|[01]");

  public ReleaseDescription {
    Objects.requireNonNull(name, "name");
    Checks.word("Profile", profile);
    keepQuality.ifPresent(
        quality -> {
          if (!QUALITY.matcher(quality).matches()) {
            throw new InvalidInputException(
                "Quality to keep \"%s\" does not match %s"
                    .formatted(ForeignText.printable(quality), QUALITY.pattern()));
          }
        });
    Checks.range("codecVersion", codecVersion, 1, 0xffff);
    Objects.requireNonNull(parent, "parent");
    record.ifPresent(ModelRecord::requireFits);
  }

  /** A release of no parent and no record, for which no quality was asked. */
  public static ReleaseDescription of(ReleaseName name, String profile, int codecVersion) {
    return new ReleaseDescription(
        name, profile, Optional.empty(), codecVersion, Optional.empty(), Optional.empty());
  }

  void write(ObjectNode json) {
    json.put("name", name.name());
    json.put("version", name.version());
    json.put("profile", profile);
    keepQuality.ifPresent(quality -> json.put("keepQuality", quality));
    json.put("codecVersion", codecVersion);
    parent.ifPresent(reference -> reference.write(json.putObject("parent")));
    record.ifPresent(document -> document.write(json.putObject("record")));
  }

  static ReleaseDescription read(JsonFields json) {
    return new ReleaseDescription(
        new ReleaseName(json.text("name"), json.text("version")),
        json.text("profile"),
        Optional.ofNullable(json.optionalText("keepQuality")),
        json.int32("codecVersion"),
        Optional.ofNullable(json.optionalObject("parent")).map(ParentReference::read),
        Optional.ofNullable(json.optionalObject("record")).map(ModelRecord::read));
  }
}
