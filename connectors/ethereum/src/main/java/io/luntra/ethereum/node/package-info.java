/**
 * An execution node as one that sends transactions asks it, and what it says of fees and blocks.
 */
package io.luntra.ethereum.node;
