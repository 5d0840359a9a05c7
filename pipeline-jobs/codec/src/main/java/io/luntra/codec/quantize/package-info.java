/**
 * Values of tensor chunks to levels on uniform grids: pure functions, the same on every machine.
 */
package io.luntra.codec.quantize;
