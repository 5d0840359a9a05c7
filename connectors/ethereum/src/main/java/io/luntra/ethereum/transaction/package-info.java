/** EIP-4844 blob transactions and their network form with EIP-4844 or EIP-7594 sidecars. */
package io.luntra.ethereum.transaction;
