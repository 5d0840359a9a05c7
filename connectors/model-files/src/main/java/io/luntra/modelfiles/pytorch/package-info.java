/** Reads checkpoints and scripts of PyTorch as data: nothing of what their pickles name is run. */
package io.luntra.modelfiles.pytorch;
