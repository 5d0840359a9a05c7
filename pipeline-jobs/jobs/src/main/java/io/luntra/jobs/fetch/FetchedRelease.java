package io.luntra.jobs.fetch;

import io.luntra.ethereum.registry.ReleaseStanding;
import java.util.List;

/**
 * A release whose files are written and verified.
 *
 * @param status what the model's maintainers say became of it
 * @param license SPDX expression as the publisher says it, or null
 * @param architecture the same, such as transformer, or null
 * @param blobs number of blobs, the manifest's included
 */
public record FetchedRelease(
    String name,
    String releaseId,
    String publisher,
    String merkleRoot,
    ReleaseStanding.Status status,
    String license,
    String architecture,
    int blobs,
    boolean verified,
    List<FetchedFile> files) {

  /**
   * One file.
   *
   * @param path where it was written
   * @param sha256 of the file as it was written
   * @param bitExact whether it equals, byte for byte, the file that was prepared
   */
  public record FetchedFile(String path, long bytes, String sha256, boolean bitExact) {}
}
