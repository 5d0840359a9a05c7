package io.luntra.merkle;

/** What a blob of a release carries; the number stands in its Merkle leaf. */
public enum BlobKind {
  DATA(1),
  MANIFEST(2),
  ROOT_MANIFEST(3);

  private final int code;

  BlobKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
