/** Reads GGUF, the format of llama.cpp. */
package io.luntra.modelfiles.gguf;
