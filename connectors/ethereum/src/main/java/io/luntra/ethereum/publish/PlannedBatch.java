package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.kzg.VersionedHash;
import java.util.List;

/**
 * The next transaction of a lane of a release.
 *
 * @param index position of its first blob in the release; the number of all others for the seal
 * @param lane index into the release's lanes
 * @param previous the lane's accumulator before it; zero for the seal
 */
record PlannedBatch(
    int index, BatchKind kind, int lane, List<VersionedHash> hashes, Bytes32 previous) {}
