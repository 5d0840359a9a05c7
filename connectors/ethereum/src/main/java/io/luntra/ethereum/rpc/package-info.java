/** Answers of nodes, from JSON-RPC down to the parameters in them, read as those of strangers. */
package io.luntra.ethereum.rpc;
