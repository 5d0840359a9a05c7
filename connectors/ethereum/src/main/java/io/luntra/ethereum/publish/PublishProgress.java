package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.release.ReleaseName;

/**
 * How far one release is, in blobs, the root manifest's included.
 *
 * @param blobs in all
 * @param blobsSigned in a signed transaction, included ones too
 * @param blobsIncluded in a block, confirmed ones too
 * @param blobsConfirmed in a block that is confirmed
 */
public record PublishProgress(
    ReleaseName name,
    Bytes32 releaseId,
    int blobs,
    int blobsSigned,
    int blobsIncluded,
    int blobsConfirmed) {}
