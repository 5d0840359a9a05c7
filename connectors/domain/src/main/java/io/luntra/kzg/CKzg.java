package io.luntra.kzg;

import ethereum.ckzg4844.CKZG4844JNI;
import ethereum.ckzg4844.CKZGException;
import io.luntra.failure.LuntraException;
import java.util.Arrays;

/**
 * c-kzg-4844 through its Java binding. The native library keeps one set-up per class loader, which
 * after loading is only read.
 */
final class CKzg implements Kzg {
  /**
   * 256 ms per blob's proofs with 8, 376 ms with 0, on one core; set-up 3.1 s and 2.6 s; 80 MB more
   * memory. 8 is the faster one from 5 blobs on.
   */
  private static final int DEFAULT_PRECOMPUTE = 8;

  private static final int MAX_PRECOMPUTE = 15;

  private static CKzg loaded;
  private static int loadedPrecompute;

  private CKzg() {}

  static synchronized Kzg load() {
    int precompute = precompute();
    if (loaded == null) {
      try {
        setUp(precompute);
      } catch (RuntimeException | LinkageError e) {
        throw new LuntraException("KZG set-up failed: " + e.getMessage(), e);
      }
      loadedPrecompute = precompute;
      loaded = new CKzg();
    } else if (precompute != loadedPrecompute) {
      throw new LuntraException(
          "KZG set-up: %s is %d, but this process has been set up with %d"
              .formatted(PRECOMPUTE_PROPERTY, precompute, loadedPrecompute));
    }
    return loaded;
  }

  private static int precompute() {
    String text = System.getProperty(PRECOMPUTE_PROPERTY, String.valueOf(DEFAULT_PRECOMPUTE));
    int precompute;
    try {
      precompute = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new LuntraException(
          "KZG set-up: %s is \"%s\", not a number".formatted(PRECOMPUTE_PROPERTY, text), e);
    }
    if (precompute < 0 || precompute > MAX_PRECOMPUTE) {
      throw new LuntraException(
          "KZG set-up: %s is %d, not in 0 to %d"
              .formatted(PRECOMPUTE_PROPERTY, precompute, MAX_PRECOMPUTE));
    }
    return precompute;
  }

  private static void setUp(int precompute) {
    TrustedSetup setup = TrustedSetup.fromResource();
    CKZG4844JNI.loadNativeLibrary();
    CKZG4844JNI.loadTrustedSetup(
        setup.g1Monomial(), setup.g1Lagrange(), setup.g2Monomial(), precompute);
  }

  @Override
  public KzgCommitment commit(byte[] blob) {
    FieldElements.check(blob);
    return new KzgCommitment(CKZG4844JNI.blobToKzgCommitment(blob));
  }

  @Override
  public byte[] cellProofs(byte[] blob) {
    FieldElements.check(blob);
    return CKZG4844JNI.computeCellsAndKzgProofs(blob).getProofs();
  }

  @Override
  public boolean verifyCellProofs(byte[] blob, KzgCommitment commitment, byte[] cellProofs) {
    FieldElements.check(blob);
    if (cellProofs.length != CELLS_PER_EXT_BLOB * PROOF_BYTES) {
      throw new IllegalArgumentException(
          "Expected %d bytes of cell proofs, found %d"
              .formatted(CELLS_PER_EXT_BLOB * PROOF_BYTES, cellProofs.length));
    }
    byte[] commitments = new byte[CELLS_PER_EXT_BLOB * KzgCommitment.BYTES];
    long[] indices = new long[CELLS_PER_EXT_BLOB];
    Arrays.setAll(indices, i -> i);
    for (int i = 0; i < CELLS_PER_EXT_BLOB; i++) {
      System.arraycopy(
          commitment.bytes(), 0, commitments, i * KzgCommitment.BYTES, KzgCommitment.BYTES);
    }
    try {
      return CKZG4844JNI.verifyCellKzgProofBatch(
          commitments, indices, CKZG4844JNI.computeCells(blob), cellProofs);
    } catch (CKZGException e) {
      if (e.getError() == CKZGException.CKZGError.C_KZG_BADARGS) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public byte[] blobProof(byte[] blob, KzgCommitment commitment) {
    FieldElements.check(blob);
    try {
      return CKZG4844JNI.computeBlobKzgProof(blob, commitment.bytes());
    } catch (CKZGException e) {
      if (e.getError() == CKZGException.CKZGError.C_KZG_BADARGS) {
        throw new IllegalArgumentException("No commitment: " + commitment, e);
      }
      throw e;
    }
  }

  @Override
  public byte[] openElement(byte[] blob, int element) {
    FieldElements.check(blob);
    return CKZG4844JNI.computeKzgProof(blob, FieldElements.pointOf(element)).getProof();
  }

  @Override
  public boolean verifyElement(KzgCommitment commitment, int element, byte[] value, byte[] proof) {
    byte[] point = FieldElements.pointOf(element);
    requireLength("a field element", FieldElements.BYTES, value);
    requireLength("a KZG proof", PROOF_BYTES, proof);
    try {
      return CKZG4844JNI.verifyKzgProof(commitment.bytes(), point, value, proof);
    } catch (CKZGException e) {
      if (e.getError() == CKZGException.CKZGError.C_KZG_BADARGS) {
        return false;
      }
      throw e;
    }
  }

  private static void requireLength(String what, int expected, byte[] found) {
    if (found.length != expected) {
      throw new IllegalArgumentException(
          "Expected %d bytes of %s, found %d".formatted(expected, what, found.length));
    }
  }
}
