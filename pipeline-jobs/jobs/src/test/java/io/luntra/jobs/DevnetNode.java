package io.luntra.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A devnet's node as only a test asks it: past the gate. */
final class DevnetNode {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final URI url;

  DevnetNode(String url) {
    this.url = URI.create(url);
  }

  /** Returns the result. */
  JsonNode ask(String method, Object... parameters) {
    ObjectNode request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    ArrayNode list = request.put("method", method).putArray("params");
    for (Object parameter : parameters) {
      list.add(JSON.<JsonNode>valueToTree(parameter));
    }
    try {
      HttpRequest post =
          HttpRequest.newBuilder(url)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
              .build();
      String body = HTTP.send(post, HttpResponse.BodyHandlers.ofString()).body();
      JsonNode answer = JSON.readTree(body);
      if (!answer.has("result")) {
        throw new IllegalStateException(method + ": " + body);
      }
      return answer.get("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + ": interrupted", e);
    }
  }

  BigInteger quantity(String method, Object... parameters) {
    return quantity(ask(method, parameters));
  }

  static BigInteger quantity(JsonNode number) {
    return new BigInteger(number.asText().substring(2), 16);
  }

  static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }
}
