package io.luntra.manifest;

/** One entry of a manifest part. */
public sealed interface ManifestEntry permits ArtifactEntry, TensorEntry, ShardEntry {}
