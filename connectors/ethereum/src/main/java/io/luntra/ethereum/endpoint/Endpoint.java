package io.luntra.ethereum.endpoint;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The HTTP interface of a node, by its URL. User and password in the URL become an Authorization
 * header; neither they, nor its query, nor its path, where providers put keys, appear in messages.
 * Answers are limited in size and time; those that may pass (no connection, 408, 425, 429, 5xx) are
 * asked for again, each time after twice the wait. Safe for use by several threads.
 */
public final class Endpoint {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_BACKOFF = Duration.ofMillis(250);
  private static final int DEFAULT_ATTEMPTS = 4;
  private static final int MAX_ATTEMPTS = 16;

  private final URI url;
  private final Duration timeout;
  private final int attempts;
  private final Duration backoff;
  private final HttpClient client;

  private Endpoint(URI url, Duration timeout, int attempts, Duration backoff) {
    this.url = url;
    this.timeout = timeout;
    this.attempts = attempts;
    this.backoff = backoff;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  /** 30 seconds per attempt, 4 attempts, 250 ms before the second. */
  public static Endpoint of(String url) {
    return of(url, DEFAULT_TIMEOUT, DEFAULT_ATTEMPTS, DEFAULT_BACKOFF);
  }

  /**
   * An endpoint with limits of its own.
   *
   * @param timeout of one attempt, from connecting to the last byte
   * @param attempts 1 to 16
   * @param backoff wait before the second attempt
   * @throws InvalidInputException unless the URL is http or https and names a host
   */
  public static Endpoint of(String url, Duration timeout, int attempts, Duration backoff) {
    if (attempts < 1 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException(attempts + " attempts, expected 1 to " + MAX_ATTEMPTS);
    }
    return new Endpoint(parse(url), timeout, attempts, backoff);
  }

  // The cause is left out: its message repeats the URL.
  @SuppressWarnings("UnusedException")
  private static URI parse(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new InvalidInputException(
          "Endpoint: not a URL (%s at character %d)".formatted(e.getReason(), e.getIndex()));
    }
    boolean http = "http".equalsIgnoreCase(uri.getScheme());
    if ((!http && !"https".equalsIgnoreCase(uri.getScheme())) || uri.getHost() == null) {
      throw new InvalidInputException(
          "Endpoint: expected http://host or https://host, found scheme %s, host %s"
              .formatted(uri.getScheme(), uri.getHost()));
    }
    return uri;
  }

  /** Scheme, host and port, for messages. */
  public String name() {
    String path = url.getRawPath();
    return origin() + (path == null || path.isEmpty() || path.equals("/") ? "" : "/…");
  }

  /**
   * The body of a GET; 404 counts as something that may pass.
   *
   * @param path below the endpoint's own, starting with '/', its query included
   * @throws EndpointException when no attempt is answered with 200
   * @throws AnswerTooLongException when the answer is longer than {@code maxBytes}
   */
  public byte[] get(String path, int maxBytes) {
    return send(path, null, maxBytes, true).orElseThrow();
  }

  /** Like {@link #get}, but 404 at once is an answer: empty. */
  public Optional<byte[]> find(String path, int maxBytes) {
    return send(path, null, maxBytes, false);
  }

  /** The body of the answer to a POST of JSON to the endpoint itself. */
  public byte[] post(byte[] json, int maxBytes) {
    return send("", json, maxBytes, true).orElseThrow();
  }

  private Optional<byte[]> send(String path, byte[] json, int maxBytes, boolean mustExist) {
    HttpRequest request = request(path, json);
    EndpointException last = null;
    for (int attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) {
        pause(backoff.multipliedBy(1L << (attempt - 1)));
      }
      try {
        HttpResponse<Optional<byte[]>> response = exchange(request, maxBytes);
        int status = response.statusCode();
        if (status == 404 && !mustExist) {
          return Optional.empty();
        }
        if (status == 200) {
          return Optional.of(response.body().orElseThrow(() -> tooLong(path, maxBytes)));
        }
        last = failure(path, "status " + status, attempt, status, null);
        if (!mayPass(status)) {
          throw last;
        }
      } catch (IOException e) {
        last = failure(path, reason(e), attempt, 0, e);
      }
    }
    throw last;
  }

  private HttpRequest request(String path, byte[] json) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(target(path)).timeout(timeout);
    builder.header("Accept", "application/json");
    if (url.getUserInfo() != null) {
      byte[] user = url.getUserInfo().getBytes(StandardCharsets.UTF_8);
      builder.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
    }
    if (json != null) {
      builder.header("Content-Type", "application/json");
      builder.POST(HttpRequest.BodyPublishers.ofByteArray(json));
    }
    return builder.build();
  }

  private URI target(String path) {
    String base = url.getRawPath() == null ? "" : url.getRawPath();
    if (!path.isEmpty() && base.endsWith("/")) {
      base = base.substring(0, base.length() - 1);
    }
    String target = origin() + base + path;
    if (url.getRawQuery() != null) {
      target += (path.indexOf('?') < 0 ? "?" : "&") + url.getRawQuery();
    }
    return URI.create(target);
  }

  private String origin() {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port;
  }

  private HttpResponse<Optional<byte[]>> exchange(HttpRequest request, int maxBytes)
      throws IOException {
    CompletableFuture<HttpResponse<Optional<byte[]>>> future =
        client.sendAsync(request, info -> new BoundedBody(maxBytes));
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new IOException("no full answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(reason(e.getCause()), e);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new LuntraException(name() + ": interrupted while waiting for an answer", e);
    }
  }

  private void pause(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuntraException(name() + ": interrupted before another attempt", e);
    }
  }

  private static boolean mayPass(int status) {
    return status == 404 || status == 408 || status == 425 || status == 429 || status >= 500;
  }

  private EndpointException failure(
      String path, String reason, int attempt, int status, Throwable cause) {
    return new EndpointException(
        "%s%s: %s (attempt %d of %d)".formatted(name(), shown(path), reason, attempt + 1, attempts),
        status,
        cause);
  }

  private AnswerTooLongException tooLong(String path, int maxBytes) {
    return new AnswerTooLongException(
        "%s%s: the answer is longer than %d bytes".formatted(name(), shown(path), maxBytes));
  }

  private static String shown(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  @Override
  public String toString() {
    return name();
  }
}
