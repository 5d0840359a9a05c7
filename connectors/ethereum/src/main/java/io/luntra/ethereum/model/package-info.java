/** Models as the registry has them: whose they are, and what the owner and others may do. */
package io.luntra.ethereum.model;
