/** Proofs of what a release's blobs hold, and the document that carries one (FORMAT.md). */
package io.luntra.proof;
