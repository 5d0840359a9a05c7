/** HTTP to nodes that are not trusted: bounded in size, time and attempts. */
package io.luntra.ethereum.endpoint;
