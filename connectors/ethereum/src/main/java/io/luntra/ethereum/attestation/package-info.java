/** Statements about releases and accounts, each under the address of whoever makes it. */
package io.luntra.ethereum.attestation;
