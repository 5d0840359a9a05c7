/** Tensor chunks to encoded chunks and back, byte for byte as FORMAT.md says. */
package io.luntra.codec;
