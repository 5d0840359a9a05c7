package io.luntra.ethereum.beacon;

import io.luntra.kzg.VersionedHash;
import java.util.List;

/** Something that serves blobs and is not trusted. */
public interface BlobSource {
  /**
   * What the source has for these hashes of one block: blobs of 131,072 bytes each, in any order,
   * possibly fewer, more or others.
   *
   * @throws io.luntra.failure.LuntraException when it does not answer, or not with blobs
   */
  List<byte[]> blobs(BlockReference block, List<VersionedHash> wanted);

  /** For messages; without secrets. */
  String name();
}
