package io.luntra.ethereum.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers choose whom we ask: what they may not make us do. */
@Timeout(60)
class WebStatementsTest {
  private HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private int status = 200;
  private byte[] body = "{}".getBytes(StandardCharsets.UTF_8);

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          if (status == 302) {
            exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
          }
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private WebStatements chosen() {
    return new WebStatements(Map.of("example.org", url()));
  }

  @Test
  void aServerThatTheUserChoseIsAsked() {
    StatementSource.Found found = chosen().fetch("example.org");

    assertThat(found.json()).isEqualTo(body);
    assertThat(found.where()).isEqualTo("its statement at " + url());
  }

  @Test
  void redirectsAreNotFollowed() {
    status = 302;

    assertThatThrownBy(() -> chosen().fetch("example.org"))
        .isInstanceOf(StatementSource.UnavailableException.class)
        .hasMessageContaining("status 302, a redirect");
    assertThat(requests).hasValue(1);
  }

  @Test
  void errorsAreNamed() {
    status = 404;

    assertThatThrownBy(() -> chosen().fetch("example.org")).hasMessageContaining("status 404");
  }

  @Test
  void longAnswersAreNotRead() {
    body = new byte[StatementFile.MAX_BYTES];
    assertThat(chosen().fetch("example.org").json()).hasSize(StatementFile.MAX_BYTES);
    body = new byte[StatementFile.MAX_BYTES + 1];
    assertThatThrownBy(() -> chosen().fetch("example.org"))
        .hasMessageContaining("longer than 65536 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "127.1",
        "intranet",
        "169.254.169.254",
        "example.org.127",
        "exa_mple.org",
        "example..org",
        "example.org:22",
        "user@example.org",
        "example.org/../x",
        "[::1]"
      })
  void whatIsNoHostOfTheInternetIsNotEvenLookedUp(String domain) {
    List<String> lookedUp = new ArrayList<>();
    WebStatements web =
        new WebStatements(
            Map.of(),
            host -> {
              lookedUp.add(host);
              return List.of(InetAddress.getLoopbackAddress());
            });

    assertThatThrownBy(() -> web.fetch(domain))
        .isInstanceOf(StatementSource.UnavailableException.class)
        .hasMessageContaining("not a host name of the public internet");
    assertThat(lookedUp).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1"})
  void aNameThatLeadsIntoANetworkOfOursIsNotAsked(String address) throws IOException {
    InetAddress inside = InetAddress.getByName(address);
    InetAddress outside = InetAddress.getByName("93.184.216.34");
    WebStatements web = new WebStatements(Map.of(), host -> List.of(outside, inside));

    assertThatThrownBy(() -> web.fetch("example.org"))
        .isInstanceOf(StatementSource.UnavailableException.class)
        .hasMessageContaining("an address that is not a public one");
    assertThat(requests).hasValue(0);
  }

  @Test
  void serversAreGivenAsDomainAndUrl() {
    assertThat(WebStatements.parseInstead("example.org=http://127.0.0.1:8080"))
        .isEqualTo(Map.entry("example.org", URI.create("http://127.0.0.1:8080/")));
    for (String bad : List.of("", "example.org", "=http://x.org", "a.org=file:///etc/passwd")) {
      assertThatThrownBy(() -> WebStatements.parseInstead(bad))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected DOMAIN=URL");
    }
  }
}
