/** Publishes staged releases: journal, sign, send, wait, seal, and go on after any crash. */
package io.luntra.ethereum.publish;
