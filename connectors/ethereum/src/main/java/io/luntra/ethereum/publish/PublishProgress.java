package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.release.ReleaseName;

/**
 * How far one release is.
 *
 * @param batches transactions in all, the seal included
 * @param sent transactions that a node took, included ones too
 * @param included transactions that stand in a block
 * @param blobs blobs in all, the root manifest's included
 * @param blobsIncluded blobs that stand in a block
 */
public record PublishProgress(
    ReleaseName name,
    Bytes32 releaseId,
    int batches,
    int sent,
    int included,
    int blobs,
    int blobsIncluded) {}
