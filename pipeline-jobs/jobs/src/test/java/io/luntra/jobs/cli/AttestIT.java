package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.luntra.devnet.Devnet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of releases and accounts, and what a reader makes of it. */
@Timeout(120)
class AttestIT {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static ModelUser owner;
  private static ModelUser lookalike;
  private static ModelUser evaluator;
  private static HttpServer web;
  private static volatile Path served;

  @BeforeAll
  static void start() throws IOException {
    devnet = ModelUser.devnet();
    owner = new ModelUser(devnet, shared, 0);
    lookalike = new ModelUser(devnet, shared, 1);
    evaluator = new ModelUser(devnet, shared, 2);
    for (ModelUser user : new ModelUser[] {owner, lookalike}) {
      CommandRun run = user.publish("acct/famous@1");
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/.well-known/luntra.json",
        exchange -> {
          byte[] body = Files.readAllBytes(served);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    web.start();
  }

  @AfterAll
  static void stop() {
    if (web != null) {
      web.stop(0);
    }
    if (devnet != null) {
      devnet.close();
    }
  }

  private static String server() {
    return "example.org=http://127.0.0.1:" + web.getAddress().getPort();
  }

  private static String ownerLine(ModelUser user, String... options) {
    String[] arguments = new String[5 + options.length];
    System.arraycopy(
        new String[] {"model", "show", "acct/famous", "--creator", user.address()},
        0,
        arguments,
        0,
        5);
    System.arraycopy(options, 0, arguments, 5, options.length);
    CommandRun run = owner.read(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void aBenchmarkIsStatedListedAndTakenBack() throws IOException {
    Path report = Files.writeString(folder.resolve("report.txt"), "abc");
    JsonNode stated =
        evaluator.done(
            "attest",
            "benchmark",
            "acct/famous@1",
            "--creator",
            owner.address(),
            "--benchmark",
            "MTEB",
            "--metric",
            "mean",
            "--value",
            "0.625",
            "--evidence",
            report.toString());
    String id = stated.at("/result/id").asText();
    JsonNode listed = owner.told("attest", "list", "acct/famous@1", "--creator", owner.address());
    assertThat(listed.at("/benchmarks/0/id").asText()).isEqualTo(id);
    assertThat(listed.at("/benchmarks/0/value").asText()).isEqualTo("0.625");
    assertThat(listed.at("/benchmarks/0/evaluator").asText()).isEqualTo(evaluator.address());
    // SHA-256 of "abc", FIPS 180-2.
    assertThat(listed.at("/benchmarks/0/evidence").asText())
        .isEqualTo("0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    owner.refused(
        "NotEvaluator(", "attest", "revoke-benchmark", id, "--reason", "I do not like it");
    evaluator.done("attest", "revoke-benchmark", id, "--reason", "wrong split");
    evaluator.refused("BenchmarkAlreadyRevoked(", "attest", "revoke-benchmark", id);
    assertThat(owner.read("attest", "list", "acct/famous@1", "--creator", owner.address()).out())
        .contains("MTEB, mean: 0.625, REVOKED: wrong split");
  }

  @Test
  void aDomainIsVerifiedAndALookAlikeFlagged() throws IOException {
    Path file = folder.resolve("luntra.json");
    served = file;
    owner.done(
        "attest", "claim", "--kind", "domain", "--name", "example.org", "--out", file.toString());
    lookalike.done(
        "attest",
        "claim",
        "--kind",
        "domain",
        "--name",
        "example.org",
        "--out",
        folder.resolve("mine.json").toString());

    assertThat(ownerLine(owner, "--domain-at", server()))
        .containsPattern(
            "owner %s is example\\.org \\(its statement at http://127[^ ]*, checked now\\)"
                .formatted(owner.address()));
    assertThat(ownerLine(lookalike, "--domain-at", server()))
        .contains(
            "owner %s claims example.org: NOT confirmed: the domain's statement does not name this"
                    .formatted(lookalike.address())
                + " account");
    CommandRun show =
        owner.read(
            "show",
            "acct/famous@1",
            "--creator",
            lookalike.address(),
            "--domain-at",
            server(),
            "--json");
    assertThat(show.json().at("/ownerIdentity/names/0/outcome").asText()).isEqualTo("CONTRADICTED");
    CommandRun fetch =
        owner.read(
            "fetch",
            "acct/famous@1",
            "--creator",
            lookalike.address(),
            "--domain-at",
            server(),
            "--out",
            folder.resolve("out").toString());
    assertThat(fetch.exitCode()).as(fetch.err()).isZero();
    assertThat(fetch.out()).contains("claims example.org: NOT confirmed");

    // The look-alike's own file, as if it were the domain's: for another account it proves nothing.
    served = folder.resolve("mine.json");
    assertThat(ownerLine(owner, "--domain-at", server())).contains("NOT confirmed");
    // Offline, nothing is asked and nothing is claimed.
    assertThat(ownerLine(owner, "--no-identity"))
        .contains("owner %s: who it is was not checked: --no-identity".formatted(owner.address()));

    served = file;
    owner.done("attest", "withdraw-claim", "--kind", "domain", "--name", "example.org");
    assertThat(ownerLine(owner, "--domain-at", server())).contains("is nobody that you trust");
    lookalike.done("attest", "withdraw-claim", "--kind", "domain", "--name", "example.org");
  }

  @Test
  void anInstitutionIsWhomATrustedAttesterSaysItIs() throws IOException {
    String[] name = {"--kind", "institution", "--name", "Institute of Tests"};
    owner.done("attest", "claim", name[0], name[1], name[2], name[3]);
    evaluator.done(
        "attest",
        "identity",
        owner.address(),
        name[0],
        name[1],
        name[2],
        name[3],
        "--valid",
        "365d");

    assertThat(ownerLine(owner))
        .contains(
            "claims \"Institute of Tests\": NOT confirmed: no attester that you trust says so");
    Path trusted =
        Files.writeString(
            folder.resolve("trust"), "# mine\n%s # a lab\n".formatted(evaluator.address()));
    for (String trust : new String[] {evaluator.address(), trusted.toString()}) {
      assertThat(ownerLine(owner, "--trust", trust))
          .contains(
              "owner %s is \"Institute of Tests\" (attested by %s, whom you trust, until "
                  .formatted(owner.address(), evaluator.address()));
    }
    JsonNode listed = owner.told("attest", "list", "--account", owner.address());
    assertThat(listed.at("/attestations/0/holds").booleanValue()).isTrue();

    owner.refused(
        "IdentityNotAttested(",
        "attest",
        "revoke-identity",
        owner.address(),
        name[0],
        name[1],
        name[2],
        name[3]);
    evaluator.done(
        "attest",
        "revoke-identity",
        owner.address(),
        name[0],
        name[1],
        name[2],
        name[3],
        "--reason",
        "left");
    assertThat(ownerLine(owner, "--trust", evaluator.address())).contains("NOT confirmed");
    assertThat(owner.read("attest", "list", "--account", owner.address()).out())
        .contains("REVOKED");
    owner.done("attest", "withdraw-claim", name[0], name[1], name[2], name[3]);
  }
}
