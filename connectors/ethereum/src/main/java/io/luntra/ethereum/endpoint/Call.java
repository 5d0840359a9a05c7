package io.luntra.ethereum.endpoint;

/** What is asked of an endpoint. The JSON is not copied: whoever made it leaves it as it is. */
final class Call {
  private final String what;
  private final String path;
  private final byte[] json;
  private final int maxBytes;
  private final boolean mustExist;

  private Call(String what, String path, byte[] json, int maxBytes, boolean mustExist) {
    this.what = what;
    this.path = path;
    this.json = json;
    this.maxBytes = maxBytes;
    this.mustExist = mustExist;
  }

  /** A GET that 404 does not answer. */
  static Call get(String path, int maxBytes) {
    return new Call(withoutQuery(path), path, null, maxBytes, true);
  }

  /** A GET that 404 answers. */
  static Call find(String path, int maxBytes) {
    return new Call(withoutQuery(path), path, null, maxBytes, false);
  }

  /** A POST to the endpoint itself. */
  static Call post(String method, byte[] json, int maxBytes) {
    return new Call(method, "", json, maxBytes, true);
  }

  /** For messages: the JSON-RPC method, or the path without its query. */
  String what() {
    return what;
  }

  String path() {
    return path;
  }

  /** The body of a POST; null for a GET. */
  byte[] json() {
    return json;
  }

  int maxBytes() {
    return maxBytes;
  }

  boolean mustExist() {
    return mustExist;
  }

  /** What messages put after the endpoint's name. */
  String shownPath() {
    return withoutQuery(path);
  }

  private static String withoutQuery(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }
}
