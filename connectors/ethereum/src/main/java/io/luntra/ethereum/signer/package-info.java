/** Who signs blob transactions: keys in this process, or a service that keeps them. */
package io.luntra.ethereum.signer;
