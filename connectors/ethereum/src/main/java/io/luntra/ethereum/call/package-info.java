/** Ordinary transactions of one account: journaled, sent once, waited for. */
package io.luntra.ethereum.call;
