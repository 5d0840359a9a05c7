package io.luntra.manifest;

/**
 * Sums over a release. What it takes from its parent counts as input, not as encoded.
 *
 * @param inputBytes of all artifacts
 * @param encodedBytes payload of all shards: chunk headers, tables and scales included
 * @param floatMatrixElements elements of the float tensors of two and more dimensions
 * @param floatMatrixEncodedBytes bytes of these tensors' encoded chunks
 * @param dataBlobs blobs of all shards
 */
public record ReleaseTotals(
    long inputBytes,
    long encodedBytes,
    long floatMatrixElements,
    long floatMatrixEncodedBytes,
    int dataBlobs) {
  public ReleaseTotals {
    Checks.range("inputBytes", inputBytes, 1, ManifestLimits.MAX_INTEGER);
    Checks.range("encodedBytes", encodedBytes, 0, ManifestLimits.MAX_INTEGER);
    Checks.range("floatMatrixElements", floatMatrixElements, 0, inputBytes);
    Checks.range("floatMatrixEncodedBytes", floatMatrixEncodedBytes, 0, encodedBytes);
    Checks.range("dataBlobs", dataBlobs, 0, Integer.MAX_VALUE);
  }

  /** floatMatrixEncodedBytes × 8 / floatMatrixElements; NaN when there are no such tensors. */
  public double bitsPerWeight() {
    return floatMatrixEncodedBytes * 8.0 / floatMatrixElements;
  }
}
