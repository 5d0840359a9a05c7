/** Blobs from a beacon node, or from an archive with the same interface. */
package io.luntra.ethereum.beacon;
