package io.luntra.ethereum.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Hex;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointException;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.util.List;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;

/** JSON-RPC by web3j over an endpoint that bounds what comes back; results as they came. */
public final class JsonRpc {
  /** The node took the request and refused it. */
  public static final class RefusedException extends LuntraException {
    private static final long serialVersionUID = 1L;

    /** What nodes answer for a call that the contract reverted. */
    private static final int REVERTED = 3;

    private final boolean reverted;
    private final String data;

    private RefusedException(Response.Error error, String message) {
      super(message);
      this.reverted = error.getCode() == REVERTED || message.contains("revert");
      this.data = String.valueOf(error.getData());
    }

    /** Whether it was the contract that refused. */
    public boolean isReverted() {
      return reverted;
    }

    /** What the contract gave as its reason, from a stranger; empty where the node does not say. */
    public byte[] reason() {
      String hex = data.replace("\"", "");
      return hex.matches("0x([0-9a-fA-F]{2}){0,1024}")
          ? Hex.decode(hex, (hex.length() - 2) / 2)
          : new byte[0];
    }
  }

  private static final class RawResponse extends Response<JsonNode> {}

  private final Web3jService service;
  private final String name;

  public JsonRpc(Endpoint endpoint) {
    this(new EndpointService(endpoint), endpoint.name());
  }

  /**
   * By a service that bounds what comes back.
   *
   * @param name of the node, for messages
   */
  public JsonRpc(Web3jService service, String name) {
    this.service = service;
    this.name = name;
  }

  /** Of the node, for messages. */
  public String name() {
    return name;
  }

  /**
   * Asks for something.
   *
   * @return the result, which may be missing
   * @throws InvalidInputException when nothing answers
   * @throws RefusedException on a JSON-RPC error
   */
  public RpcValue call(String method, Object... parameters) {
    String where = name() + " " + method;
    RawResponse response;
    try {
      response = new Request<>(method, List.of(parameters), service, RawResponse.class).send();
    } catch (EndpointException e) {
      if (e.status() == 0) {
        throw new InvalidInputException("The RPC endpoint cannot be reached: " + e.getMessage(), e);
      }
      throw e;
    } catch (IOException e) {
      throw new LuntraException(where + ": the answer is not JSON-RPC", e);
    }
    if (response == null) {
      throw new LuntraException(where + ": the answer is empty");
    }
    if (response.hasError()) {
      String message = String.valueOf(response.getError().getMessage());
      throw new RefusedException(
          response.getError(),
          "%s: error %d: %s"
              .formatted(
                  where,
                  response.getError().getCode(),
                  message.substring(0, Math.min(200, message.length()))));
    }
    return new RpcValue(where, response.getResult());
  }
}
