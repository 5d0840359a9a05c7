/** Where the contracts stand, and how they get there. */
package io.luntra.ethereum.deployment;
