/** Names for releases: branches that move, tags that never do. */
package io.luntra.ethereum.reference;
