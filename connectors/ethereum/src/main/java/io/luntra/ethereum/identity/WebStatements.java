package io.luntra.ethereum.identity;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Statements from the web. Strangers choose whom we ask, so a request goes to the standard port of
 * a public address alone, by HTTPS; the address that is connected to is the one that was checked;
 * nothing follows a redirect, carries a cookie or goes through a proxy; and answers are bounded in
 * size and time.
 */
public final class WebStatements implements StatementSource {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration WHOLE = Duration.ofSeconds(10);

  /** A host name under a top-level domain, and no form of an IP address. */
  private static final Pattern HOST =
      Pattern.compile("([a-z0-9-]{1,63}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])");

  private final OkHttpClient strangers;
  private final OkHttpClient chosen;
  private final Map<String, URI> instead;

  /**
   * @param instead where the statements of some domains are to be had, by the user's word, such as
   *     a server in the own network; http or https
   */
  public WebStatements(Map<String, URI> instead) {
    this(instead, Dns.SYSTEM);
  }

  WebStatements(Map<String, URI> instead, Dns dns) {
    this.instead = Map.copyOf(instead);
    this.chosen =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT)
            .callTimeout(WHOLE)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .build();
    this.strangers = chosen.newBuilder().dns(host -> checked(host, dns.lookup(host))).build();
  }

  private static List<InetAddress> checked(String host, List<InetAddress> found)
      throws UnknownHostException {
    for (InetAddress address : found) {
      if (!PublicAddresses.isPublic(address)) {
        throw new UnknownHostException(host + " has an address that is not a public one");
      }
    }
    return found;
  }

  @Override
  public Found fetch(String domain) {
    URI other = instead.get(domain);
    if (other != null) {
      HttpUrl url = HttpUrl.get(other.resolve(StatementFile.PATH).toString());
      return new Found(get(chosen, url), "its statement at " + other);
    }
    if (!HOST.matcher(domain).matches()) {
      throw new UnavailableException("it is not a host name of the public internet");
    }
    HttpUrl url;
    try {
      url =
          new HttpUrl.Builder()
              .scheme("https")
              .host(domain)
              .encodedPath(StatementFile.PATH)
              .build();
    } catch (IllegalArgumentException e) {
      throw new UnavailableException("it is not a host name of the public internet", e);
    }
    return new Found(get(strangers, url), "its statement");
  }

  private static byte[] get(OkHttpClient client, HttpUrl url) {
    Request request = new Request.Builder().url(url).header("Accept", "application/json").build();
    try (Response response = client.newCall(request).execute()) {
      if (response.code() != 200) {
        throw new UnavailableException(
            "%s: status %d%s"
                .formatted(url, response.code(), response.isRedirect() ? ", a redirect" : ""));
      }
      if (response.body().source().request(StatementFile.MAX_BYTES + 1L)) {
        throw new UnavailableException(
            "%s: longer than %d bytes".formatted(url, StatementFile.MAX_BYTES));
      }
      return response.body().source().readByteArray();
    } catch (IOException e) {
      throw new UnavailableException("%s: %s".formatted(url, e.getMessage()), e);
    } finally {
      client.connectionPool().evictAll();
    }
  }

  /**
   * Reads {@code DOMAIN=URL}.
   *
   * @throws InvalidInputException when it is anything else
   */
  public static Map.Entry<String, URI> parseInstead(String text) {
    int equals = text.indexOf('=');
    HttpUrl url = equals < 1 ? null : HttpUrl.parse(text.substring(equals + 1));
    if (url == null) {
      throw new InvalidInputException(
          "\"%s\": expected DOMAIN=URL with a URL of http or https".formatted(text));
    }
    return Map.entry(text.substring(0, equals), url.uri());
  }
}
