/** Licenses of releases: their terms, what accounts sign about them, and the market's calls. */
package io.luntra.ethereum.license;
