package io.luntra.ethereum.endpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.web3j.protocol.Service;

/**
 * web3j's JSON-RPC over one endpoint or several, which bounds what comes back and hides secrets.
 * Requests may be repeated.
 */
public final class EndpointService extends Service {
  private static final int MAX_ANSWER_BYTES = 32 << 20;
  private static final JsonFactory JSON = new JsonFactory();

  private interface Transport {
    byte[] post(String payload) throws IOException;
  }

  private final String name;
  private final Transport transport;

  public EndpointService(Endpoint endpoint) {
    super(false);
    this.name = endpoint.name();
    this.transport = payload -> endpoint.post(bytes(payload), MAX_ANSWER_BYTES);
  }

  /** Gives each request the time that the pool's limits have for its method. */
  public EndpointService(EndpointPool pool) {
    super(false);
    this.name = pool.name();
    this.transport = payload -> pool.post(method(payload), bytes(payload), MAX_ANSWER_BYTES);
  }

  /** What the endpoint, or the first of several, is called in messages. */
  public String name() {
    return name;
  }

  @Override
  protected InputStream performIO(String payload) throws IOException {
    return new ByteArrayInputStream(transport.post(payload));
  }

  /** The method of a request, or of the first of a batch; reads no further than there. */
  static String method(String payload) throws IOException {
    try (JsonParser parser = JSON.createParser(payload)) {
      if (parser.nextToken() == JsonToken.START_ARRAY) {
        parser.nextToken();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals("method")) {
          return parser.getText();
        }
        parser.skipChildren();
      }
      return "request";
    }
  }

  private static byte[] bytes(String payload) {
    return payload.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {}
}
