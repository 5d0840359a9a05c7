package io.luntra.ethereum.signer;

import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.failure.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Accounts of a service that signs by JSON-RPC.
 *
 * @param url http or https; its path and query appear in no message
 * @param accounts 0x and 40 lower-case digits each
 */
record RemoteSigners(String url, List<String> accounts) implements SignerSource {
  private static final long serialVersionUID = 1L;
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

  // A person may have to approve; a signature that is asked for twice does no harm.
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration BACKOFF = Duration.ofMillis(250);
  private static final int ATTEMPTS = 4;

  RemoteSigners {
    URI parsed = parse(url);
    if (parsed.getRawUserInfo() != null) {
      throw new InvalidInputException(
          "Remote signer: a user in its URL, expected it in the environment variables"
              + " LUNTRA_SIGNER_USER and LUNTRA_SIGNER_PASSWORD");
    }
    accounts = accounts.stream().map(RemoteSigners::address).toList();
    if (accounts.isEmpty()) {
      throw new InvalidInputException("No account of the remote signer");
    }
    for (int i = 0; i < accounts.size(); i++) {
      if (accounts.indexOf(accounts.get(i)) < i) {
        throw new InvalidInputException("Account %s is given twice".formatted(accounts.get(i)));
      }
    }
  }

  @Override
  public List<Signer> load() {
    return load(System::getenv);
  }

  @Override
  public List<String> addresses() {
    return accounts;
  }

  List<Signer> load(UnaryOperator<String> environment) {
    Endpoint endpoint = Endpoint.of(urlWithUser(environment), TIMEOUT, ATTEMPTS, BACKOFF);
    EndpointService service = new EndpointService(endpoint);
    return accounts.stream().<Signer>map(account -> new RemoteSigner(service, account)).toList();
  }

  private String urlWithUser(UnaryOperator<String> environment) {
    String user = environment.apply("LUNTRA_SIGNER_USER");
    String password = environment.apply("LUNTRA_SIGNER_PASSWORD");
    if (user == null && password == null) {
      return url;
    }
    if (user == null || password == null) {
      throw new InvalidInputException(
          "Set both LUNTRA_SIGNER_USER and LUNTRA_SIGNER_PASSWORD, or neither");
    }
    int authority = url.indexOf("://") + 3;
    return url.substring(0, authority)
        + encode(user)
        + ":"
        + encode(password)
        + "@"
        + url.substring(authority);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  // The cause is left out: its message repeats the URL.
  @SuppressWarnings("UnusedException")
  private static URI parse(String url) {
    try {
      URI uri = new URI(url);
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      if ((http || "https".equalsIgnoreCase(uri.getScheme())) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new InvalidInputException("Remote signer: the URL is not of the form http://host:port");
    }
    throw new InvalidInputException("Remote signer: the URL is not of the form http://host:port");
  }

  private static String address(String account) {
    if (!ADDRESS.matcher(account).matches()) {
      // Not quoted: it may be a key.
      throw new InvalidInputException(
          "Remote signer: an account of %d characters, expected 0x and 40 hex digits"
              .formatted(account.length()));
    }
    return account.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    URI parsed = parse(url);
    String port = parsed.getPort() < 0 ? "" : ":" + parsed.getPort();
    return "remote signer %s://%s%s of %s"
        .formatted(parsed.getScheme(), parsed.getHost(), port, String.join(", ", accounts));
  }
}
