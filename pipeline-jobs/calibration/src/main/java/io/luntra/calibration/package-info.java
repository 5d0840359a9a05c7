/** Quantization that is chosen by running the model: forward passes only. */
package io.luntra.calibration;
