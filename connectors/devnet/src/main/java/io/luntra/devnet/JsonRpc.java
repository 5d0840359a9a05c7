package io.luntra.devnet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Calls a node by JSON-RPC 2.0 over HTTP. */
final class JsonRpc {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final URI endpoint;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  JsonRpc(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** No answer came: whether the call arrived is not known. */
  static final class TransportException extends LuntraException {
    private static final long serialVersionUID = 1L;

    TransportException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  static ObjectNode request(int id, String method, Object... params) {
    ObjectNode request =
        JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id).put("method", method);
    request.set("params", JSON.valueToTree(params));
    return request;
  }

  static Answer error(JsonNode id, int code, String message) {
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", id.isMissingNode() ? JSON.nullNode() : id);
    answer.putObject("error").put("code", code).put("message", message);
    return new Answer(200, bytes(answer));
  }

  /** The result; an error of the node is a {@link LuntraException}. */
  JsonNode call(String method, Object... params) {
    return result(parse(post(bytes(request(1, method, params)))), method);
  }

  /** A call whose result is a hexadecimal number. */
  BigInteger quantity(String method, Object... params) {
    return quantity(call(method, params), method);
  }

  static BigInteger quantity(JsonNode node, String method) {
    String text = node.asText();
    if (!text.matches("0x[0-9a-f]{1,64}")) {
      throw new LuntraException(
          "%s: expected a hexadecimal quantity, found %s".formatted(method, node));
    }
    return new BigInteger(text.substring(2), 16);
  }

  /** The results of several calls in one request, in their order. */
  List<JsonNode> batch(List<ObjectNode> requests) {
    ArrayNode body = JSON.createArrayNode();
    for (int i = 0; i < requests.size(); i++) {
      body.add(requests.get(i).put("id", i));
    }
    JsonNode answers = parse(post(bytes(body)));
    JsonNode[] byId = new JsonNode[requests.size()];
    for (JsonNode answer : answers) {
      byId[answer.path("id").asInt()] = answer;
    }
    List<JsonNode> results = new ArrayList<>();
    for (int i = 0; i < byId.length; i++) {
      String method = requests.get(i).path("method").asText();
      if (byId[i] == null) {
        throw new LuntraException(method + ": no answer within its batch at " + endpoint);
      }
      results.add(result(byId[i], method));
    }
    return results;
  }

  Answer post(byte[] body) {
    return send(
        HttpRequest.newBuilder(endpoint)
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  /** The target is a path, with its query if any, as it stands in a request line. */
  Answer get(String target) {
    return send(
        HttpRequest.newBuilder(URI.create(endpoint + target))
            .timeout(LIMIT)
            .header("Accept", "application/json")
            .GET()
            .build());
  }

  static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree in memory can always be written", e);
    }
  }

  private Answer send(HttpRequest request) {
    try {
      var response = client.send(request, BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new TransportException("No answer from " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransportException("Interrupted while waiting for " + request.uri(), e);
    }
  }

  JsonNode parse(Answer answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new LuntraException(
          "Expected JSON from %s, found HTTP %d with %,d other bytes"
              .formatted(endpoint, answer.status(), answer.body().length),
          e);
    }
  }

  private JsonNode result(JsonNode answer, String method) {
    JsonNode error = answer.path("error");
    if (!answer.has("result") || error.isObject()) {
      throw new LuntraException(
          "%s at %s: error %d, %s"
              .formatted(
                  method, endpoint, error.path("code").asInt(), error.path("message").asText()));
    }
    return answer.get("result");
  }
}
