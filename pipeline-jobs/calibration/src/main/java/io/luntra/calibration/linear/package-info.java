/** Matrix products and factors on DJL PyTorch, in float64 and in a fixed order. */
package io.luntra.calibration.linear;
