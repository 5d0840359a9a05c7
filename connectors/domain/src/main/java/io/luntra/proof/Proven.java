package io.luntra.proof;

import io.luntra.manifest.TensorEntry;
import java.util.Optional;

/**
 * What a document proves, under its Merkle root.
 *
 * @param bytes that stand in the blobs: the claim's bytes, the element's 32, the tensor's entry in
 *     the manifest; none where only a blob is proven. Owned by this value
 * @param tensor that entry, parsed
 */
public record Proven(byte[] bytes, Optional<TensorEntry> tensor) {}
