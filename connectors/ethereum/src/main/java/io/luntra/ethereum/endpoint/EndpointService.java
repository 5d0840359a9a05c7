package io.luntra.ethereum.endpoint;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.web3j.protocol.Service;

/** web3j's JSON-RPC over an endpoint, which bounds what comes back and hides its secrets. */
public final class EndpointService extends Service {
  private static final int MAX_ANSWER_BYTES = 32 << 20;

  private final Endpoint endpoint;

  public EndpointService(Endpoint endpoint) {
    super(false);
    this.endpoint = endpoint;
  }

  /** What the endpoint is called in messages. */
  public String name() {
    return endpoint.name();
  }

  @Override
  protected InputStream performIO(String payload) {
    return new ByteArrayInputStream(
        endpoint.post(payload.getBytes(StandardCharsets.UTF_8), MAX_ANSWER_BYTES));
  }

  @Override
  public void close() {}
}
