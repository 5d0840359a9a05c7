/** What the registry contract says was published, checked against itself. */
package io.luntra.ethereum.registry;
