package io.luntra.ethereum.endpoint;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on a free port of this machine that answers whatever a test wants. */
public final class LocalNode implements AutoCloseable {
  /** Writes one answer. */
  public interface Handler {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  static {
    // Headers and body leave in two packets; the second would wait 40 ms for the first.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  public LocalNode() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Answers GET or POST of a path; other paths are 404. */
  public void on(String path, Handler handler) {
    handlers.put(path, handler);
  }

  public void on(String path, int status, String body) {
    on(path, exchange -> write(exchange, status, body));
  }

  public static void write(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void serve(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestURI().toString());
    authorizations.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
    Handler handler = handlers.get(exchange.getRequestURI().getPath());
    if (handler == null) {
      write(exchange, 404, "");
    } else {
      handler.answer(exchange);
    }
  }

  /** Paths and queries in the order they came. */
  public List<String> requests() {
    return requests;
  }

  List<String> authorizations() {
    return authorizations;
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** An endpoint with short waits. */
  public Endpoint endpoint(int attempts) {
    return Endpoint.of(
        "http://" + address(), Duration.ofSeconds(20), attempts, Duration.ofMillis(1));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
