/** Data-free quantization: a chunk and its settings decide every level. */
package io.luntra.codec.quantize;
