/** Reads the safetensors format, single files and sharded ones. */
package io.luntra.modelfiles.safetensors;
