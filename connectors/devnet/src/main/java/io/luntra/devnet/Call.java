package io.luntra.devnet;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One call that a client makes through the gate.
 *
 * @param method the JSON-RPC method, or {@code GET}
 * @param target path and query of a GET, as sent; {@code /} for JSON-RPC
 * @param request the JSON-RPC request object; a null node for GET
 */
public record Call(String method, String target, JsonNode request) {
  /** The given JSON-RPC parameter; a missing node when there is none. */
  public JsonNode param(int index) {
    return request.path("params").path(index);
  }

  JsonNode id() {
    return request.path("id");
  }
}
