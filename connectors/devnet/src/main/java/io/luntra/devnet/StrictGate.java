package io.luntra.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JSON-RPC and beacon proxy on 127.0.0.1 that refuses what mainnet's transaction pools refuse and
 * a development node takes: only blob sidecars of EIP-7594, doubled fee caps on replacement, at
 * most 16 blob transactions in flight per account, no nonce gaps, one kind of transaction per
 * account, and a balance that covers all in flight. Knows as in flight what came through it.
 */
public final class StrictGate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StrictGate.class);
  private static final int MAX_REQUEST_BYTES = 8 << 20;
  private static final int MAX_BATCH = 100;
  private static final int THREADS = 32;
  private static final int WAITING = 256;
  private static final int SERVER_ERROR = -32_000;

  /** The node would sign, or take without the gate's seeing the bytes. */
  private static final Set<String> NOT_SERVED =
      Set.of(
          "eth_sendTransaction",
          "eth_sendTransactionSync",
          "eth_sendRawTransactionSync",
          "eth_sendUnsignedTransaction");

  static {
    // The server writes head and body apart: without TCP_NODELAY each answer takes 40 ms more. It
    // is settable only by this property of the module jdk.httpserver, read once.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final JsonRpc node;
  private final NodePool pool;
  private final HttpServer server;
  private final ExecutorService workers;
  private final List<Fault> faults = new CopyOnWriteArrayList<>();

  private StrictGate(JsonRpc node, HttpServer server) {
    this.node = node;
    this.pool = new NodePool(node);
    this.server = server;
    this.workers =
        new ThreadPoolExecutor(
            THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING));
    server.setExecutor(workers);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Listens on a free port, before the node at {@code nodeUrl}. */
  public static StrictGate before(String nodeUrl) {
    try {
      InetSocketAddress free =
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
      return new StrictGate(new JsonRpc(URI.create(nodeUrl)), HttpServer.create(free, WAITING));
    } catch (IOException e) {
      throw new LuntraException("Cannot listen on a free port of 127.0.0.1", e);
    }
  }

  public String rpcUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public String beaconUrl() {
    return rpcUrl();
  }

  /** The last 100,000 transactions that the node took through this gate, oldest first. */
  public List<AcceptedTransaction> acceptedTransactions() {
    return pool.accepted();
  }

  /** Adds a fault; of several that concern a call, the first one added sees it first. */
  public void inject(Fault fault) {
    faults.add(fault);
  }

  public void clearFaults() {
    faults.clear();
  }

  @Override
  public void close() {
    workers.shutdownNow();
    server.stop(0);
  }

  private void serve(HttpExchange exchange) {
    try (exchange) {
      Answer answer = answer(exchange);
      if (!answer.isLost()) {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(
            answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        try (OutputStream body = exchange.getResponseBody()) {
          body.write(answer.body());
        }
      }
    } catch (IOException e) {
      LOG.debug("A client left before its answer", e);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    byte[] body = body(exchange.getRequestBody());
    if (body.length > MAX_REQUEST_BYTES) {
      return httpError(413, "request larger than %,d bytes".formatted(MAX_REQUEST_BYTES));
    }
    try {
      return switch (exchange.getRequestMethod()) {
        case "POST" -> rpc(body);
        case "GET" ->
            through(new Call("GET", exchange.getRequestURI().toString(), JsonRpc.JSON.nullNode()));
        default -> httpError(405, "expected POST or GET");
      };
    } catch (JsonRpc.TransportException e) {
      LOG.debug("The node did not answer", e);
      return httpError(502, "the node behind the gate does not answer");
    } catch (RuntimeException e) {
      LOG.warn("The gate failed", e);
      return httpError(500, "the gate failed: " + e.getMessage());
    }
  }

  private static Answer httpError(int status, String message) {
    return new Answer(
        status,
        JsonRpc.bytes(JsonRpc.JSON.createObjectNode().put("code", status).put("message", message)));
  }

  private static byte[] body(InputStream in) throws IOException {
    byte[] body = in.readNBytes(MAX_REQUEST_BYTES + 1);
    if (body.length > MAX_REQUEST_BYTES) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return body;
  }

  private Answer rpc(byte[] body) {
    JsonNode json;
    try {
      json = JsonRpc.JSON.readTree(body);
    } catch (IOException e) {
      return JsonRpc.error(JsonRpc.JSON.nullNode(), -32_700, "parse error");
    }
    return json.isArray() ? batch(json) : one(json);
  }

  private Answer batch(JsonNode requests) {
    if (requests.isEmpty() || requests.size() > MAX_BATCH) {
      return JsonRpc.error(
          JsonRpc.JSON.nullNode(), -32_600, "expected a batch of 1 to " + MAX_BATCH + " calls");
    }
    ArrayNode answers = JsonRpc.JSON.createArrayNode();
    for (JsonNode request : requests) {
      Answer answer = one(request);
      if (answer.isLost()) {
        return answer;
      }
      answers.add(node.parse(answer));
    }
    return new Answer(200, JsonRpc.bytes(answers));
  }

  private Answer one(JsonNode request) {
    if (!request.isObject() || !request.path("method").isTextual()) {
      return JsonRpc.error(request.path("id"), -32_600, "invalid request");
    }
    return through(new Call(request.get("method").asText(), "/", request));
  }

  private Answer through(Call call) {
    return through(call, List.copyOf(faults), 0);
  }

  private Answer through(Call call, List<Fault> chain, int from) {
    for (int i = from; i < chain.size(); i++) {
      if (chain.get(i).concerns(call)) {
        int further = i + 1;
        return chain.get(i).apply(call, next -> through(next, chain, further));
      }
    }
    return forward(call);
  }

  private Answer forward(Call call) {
    if (call.request().isNull()) {
      return node.get(call.target());
    }
    if (NOT_SERVED.contains(call.method())) {
      return JsonRpc.error(
          call.id(), SERVER_ERROR, call.method() + ": unknown account; sign locally");
    }
    if (call.method().equals("eth_sendRawTransaction")) {
      return submit(call);
    }
    return node.post(JsonRpc.bytes(call.request()));
  }

  private Answer submit(Call call) {
    String hex = call.param(0).asText();
    byte[] raw;
    try {
      raw = HexFormat.of().parseHex(hex, hex.startsWith("0x") ? 2 : 0, hex.length());
    } catch (IllegalArgumentException e) {
      return JsonRpc.error(call.id(), -32_602, "invalid argument 0: not a hex string");
    }
    try {
      return pool.submit(raw, (ObjectNode) call.request());
    } catch (PoolRefusal e) {
      return JsonRpc.error(call.id(), SERVER_ERROR, e.getMessage());
    }
  }
}
