package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import io.luntra.release.ReleaseName;

/**
 * A release that a publisher began.
 *
 * @param blobs all of them, the root manifest's included
 * @param stagingKey where it is staged
 */
public record ReleaseBegun(
    Network network,
    String registry,
    Bytes32 releaseId,
    ReleaseName name,
    int blobs,
    String stagingKey) {}
