package io.luntra.tensor;

/** What a model does with a tensor, as far as its graph tells. */
public enum TensorRole {
  /** Rows are looked up by index: one row a token. */
  EMBEDDING,
  /** Right operand of a matrix product, [in, out]: one row an input channel. */
  INPUT_ROWS,
  /** Weights of [out, in …], as of a convolution or a transposed product: one row an output. */
  OUTPUT_ROWS,
  /** Norms, biases, constants, and what no graph tells of. */
  OTHER
}
