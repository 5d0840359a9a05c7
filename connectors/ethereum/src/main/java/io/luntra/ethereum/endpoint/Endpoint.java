package io.luntra.ethereum.endpoint;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

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
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

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

  /** Whether the other asks the same server for the same with the same keys. */
  boolean isSameAs(Endpoint other) {
    return url.getScheme().equalsIgnoreCase(other.url.getScheme())
        && url.getHost().equalsIgnoreCase(other.url.getHost())
        && port() == other.port()
        && Objects.equals(url.getRawUserInfo(), other.url.getRawUserInfo())
        && target("/").getRawPath().equals(other.target("/").getRawPath())
        && Objects.equals(url.getRawQuery(), other.url.getRawQuery());
  }

  private int port() {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
  }

  /**
   * The body of a GET; 404 counts as something that may pass.
   *
   * @param path below the endpoint's own, starting with '/', its query included
   * @throws EndpointException when no attempt is answered with 200
   * @throws AnswerTooLongException when the answer is longer than {@code maxBytes}
   */
  public byte[] get(String path, int maxBytes) {
    return send(Call.get(path, maxBytes)).orElseThrow();
  }

  /** Like {@link #get}, but 404 at once is an answer: empty. */
  public Optional<byte[]> find(String path, int maxBytes) {
    return send(Call.find(path, maxBytes));
  }

  /** The body of the answer to a POST of JSON to the endpoint itself. */
  public byte[] post(byte[] json, int maxBytes) {
    return send(Call.post("", json, maxBytes)).orElseThrow();
  }

  private Optional<byte[]> send(Call call) {
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(call, timeout, " (attempt %d of %d)".formatted(attempt, attempts));
      } catch (EndpointException e) {
        if (attempt == attempts || !e.mayPass()) {
          throw e;
        }
      }
      pause(backoff.multipliedBy(1L << (attempt - 1)));
    }
  }

  /**
   * One attempt with a time limit of its own, for those who repeat attempts themselves.
   *
   * @return empty for a 404 where it is an answer
   */
  Optional<byte[]> ask(Call call, Duration limit) {
    return attempt(call, limit, "");
  }

  private Optional<byte[]> attempt(Call call, Duration limit, String note) {
    String where = name() + call.shownPath();
    HttpResponse<Optional<byte[]>> response;
    try {
      response = exchange(request(call, limit), limit, call.maxBytes());
    } catch (IOException e) {
      throw new EndpointException("%s: %s%s".formatted(where, reason(e), note), 0, e);
    }
    int status = response.statusCode();
    if (status == 404 && !call.mustExist()) {
      return Optional.empty();
    }
    if (status != 200) {
      throw new EndpointException(
          "%s: status %d%s".formatted(where, status, note), status, retryAfter(response), null);
    }
    if (response.body().isEmpty()) {
      throw new AnswerTooLongException(
          "%s: the answer is longer than %d bytes".formatted(where, call.maxBytes()));
    }
    return response.body();
  }

  /** RFC 9110, section 10.2.3; its other form, a date, counts as none. */
  private static Duration retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .map(String::strip)
        .filter(SECONDS.asMatchPredicate())
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(null);
  }

  private HttpRequest request(Call call, Duration limit) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(target(call.path())).timeout(limit);
    builder.header("Accept", "application/json");
    if (url.getUserInfo() != null) {
      byte[] user = url.getUserInfo().getBytes(StandardCharsets.UTF_8);
      builder.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
    }
    if (call.json() != null) {
      builder.header("Content-Type", "application/json");
      builder.POST(HttpRequest.BodyPublishers.ofByteArray(call.json()));
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

  private HttpResponse<Optional<byte[]>> exchange(HttpRequest request, Duration limit, int maxBytes)
      throws IOException {
    CompletableFuture<HttpResponse<Optional<byte[]>>> future =
        client.sendAsync(request, info -> new BoundedBody(maxBytes));
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw tooLate(limit, e);
    } catch (ExecutionException e) {
      // Its subclass says that not even a connection came about.
      if (e.getCause().getClass() == HttpTimeoutException.class) {
        throw tooLate(limit, e);
      }
      throw new IOException(reason(e.getCause()), e);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new LuntraException(name() + ": interrupted while waiting for an answer", e);
    }
  }

  private static IOException tooLate(Duration limit, Exception cause) {
    return new IOException("no full answer within " + limit.toMillis() + " ms", cause);
  }

  private void pause(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuntraException(name() + ": interrupted before another attempt", e);
    }
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
