package io.luntra.ethereum.model;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model that the registry has.
 *
 * @param id of its token
 * @param creator account that registered it, 0x and 40 lower-case digits
 * @param owner account that has it now
 * @param versions of its releases, sealed or not, by their ids, oldest first
 */
public record Model(
    String name, String creator, Bytes32 id, String owner, Map<Bytes32, String> versions) {
  public Model {
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * The id of a release.
   *
   * @throws InvalidInputException when nobody opened it
   */
  public Bytes32 release(String version) {
    return versions.entrySet().stream()
        .filter(release -> release.getValue().equals(version))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "Release %s@%s of %s: not published; there are versions: %s"
                        .formatted(name, version, creator, String.join(", ", versions.values()))));
  }

  /** NAME@VERSION, or the id of what is no release of this model. */
  public String nameOf(Bytes32 releaseId) {
    String version = versions.get(releaseId);
    return version == null ? releaseId.toHex() : name + "@" + version;
  }
}
