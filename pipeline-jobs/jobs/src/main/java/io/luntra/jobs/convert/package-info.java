/** Safetensors models written anew, as other runtimes load them. */
package io.luntra.jobs.convert;
