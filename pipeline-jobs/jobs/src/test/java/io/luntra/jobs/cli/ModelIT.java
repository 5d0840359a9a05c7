package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Answer;
import io.luntra.devnet.Call;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models, their branches and tags: what owners, collaborators and strangers can do. */
@Timeout(120)
class ModelIT {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static ModelUser owner;
  private static ModelUser friend;
  private static ModelUser stranger;

  @BeforeAll
  static void start() throws IOException {
    devnet = ModelUser.devnet();
    owner = new ModelUser(devnet, shared, 0);
    friend = new ModelUser(devnet, shared, 1);
    stranger = new ModelUser(devnet, shared, 2);
    for (String name : new String[] {"acct/model@1", "acct/model@2", "acct/given@1"}) {
      CommandRun run = owner.publish(name);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  @AfterEach
  void clearFaults() {
    devnet.gate().clearFaults();
  }

  @Test
  void rolesAreGivenUsedAndTaken() throws IOException {
    stranger.refused("NotAllowed(", "model", "role", "acct/model", stranger.address(), "publisher");
    stranger.refused("NotAllowed(", "model", "status", "acct/model@1", "revoked");
    owner.refused("OwnerByTransferOnly()", "model", "role", "acct/model", owner.address(), "none");

    owner.done("model", "role", "acct/model", friend.address(), "maintainer");
    JsonNode shown = stranger.told("model", "show", "acct/model");
    assertThat(shown.path("owner").asText()).isEqualTo(owner.address());
    assertThat(shown.path("creator").asText()).isEqualTo(owner.address());
    assertThat(shown.at("/collaborators/0/account").asText()).isEqualTo(friend.address());
    assertThat(shown.at("/collaborators/0/role").asText()).isEqualTo("MAINTAINER");
    assertThat(shown.path("versions").toString()).startsWith("[\"1\",\"2\"");

    friend.done(
        "model",
        "status",
        "acct/model@1",
        "superseded",
        "--successor",
        "acct/model@2",
        "--reason",
        "2 is better");
    assertThat(stranger.read("show", "acct/model@1").out())
        .containsPattern("status +superseded in block \\d+")
        .contains("owner %s is nobody that you trust".formatted(owner.address()));
    friend.refused("NotAllowed(", "model", "role", "acct/model", stranger.address(), "publisher");

    owner.done("model", "role", "acct/model", friend.address(), "none");
    friend.refused("NotAllowed(", "model", "status", "acct/model@1", "active");
    assertThat(stranger.told("model", "show", "acct/model").path("collaborators")).isEmpty();
    owner.done("model", "status", "acct/model@1", "active");
  }

  @Test
  void aDryRunSendsNothing() throws IOException {
    int before = devnet.gate().acceptedTransactions().size();

    JsonNode dry = owner.done("model", "transfer", "acct/model", friend.address(), "--dry-run");

    assertThat(dry.path("dryRun").booleanValue()).isTrue();
    assertThat(devnet.gate().acceptedTransactions()).hasSize(before);
  }

  @Test
  void aCollaboratorPublishesUnderTheOwnersName() throws Exception {
    int before = devnet.gate().acceptedTransactions().size();
    CommandRun refused = stranger.publish("acct/model@3", "--creator", owner.address());
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(stranger.address() + " has no role for model acct/model");
    assertThat(devnet.gate().acceptedTransactions()).hasSize(before);

    owner.done("model", "role", "acct/model", friend.address(), "publisher");
    CommandRun published = friend.publish("acct/model@3", "--creator", owner.address(), "--json");
    assertThat(published.exitCode()).as(published.err()).isZero();
    JsonNode publication = published.json().at("/releases/0/publication");
    assertThat(publication.path("creator").asText()).isEqualTo(owner.address());
    assertThat(publication.path("publisher").asText()).isEqualTo(friend.address());

    int sent = devnet.gate().acceptedTransactions().size();
    CommandRun again = friend.publish("acct/model@3", "--creator", owner.address(), "--json");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.json().at("/releases/0/publication")).isEqualTo(publication);
    assertThat(devnet.gate().acceptedTransactions()).hasSize(sent);

    JsonNode shown = stranger.told("show", "acct/model@3");
    assertThat(shown.path("releaseId")).isEqualTo(publication.path("releaseId"));
    assertThat(shown.path("creator").asText()).isEqualTo(owner.address());
    assertThat(shown.path("owner").asText()).isEqualTo(owner.address());
    assertThat(shown.path("publisher").asText()).isEqualTo(friend.address());
    CommandRun fetched =
        stranger.read("fetch", "acct/model@3", "--out", folder.resolve("out").toString());
    assertThat(fetched.exitCode()).as(fetched.err()).isZero();
    assertThat(folder.resolve("out/model.onnx"))
        .hasSameBinaryContentAs(shared.resolve("model.onnx"));
  }

  @Test
  void aTransferIsForGoodAndMeantToBe() throws IOException {
    owner.done("model", "role", "acct/given", stranger.address(), "publisher");
    CommandRun unsure = owner.send("model", "transfer", "acct/given", friend.address());
    assertThat(unsure.exitCode()).isEqualTo(2);
    assertThat(unsure.err()).contains("for good", "--yes");
    stranger.refused(
        "ERC721InsufficientApproval(",
        "model",
        "transfer",
        "acct/given",
        stranger.address(),
        "--yes");

    owner.done("model", "transfer", "acct/given", friend.address(), "--yes");

    JsonNode shown = stranger.told("model", "show", "acct/given");
    assertThat(shown.path("owner").asText()).isEqualTo(friend.address());
    assertThat(shown.path("creator").asText()).isEqualTo(owner.address());
    assertThat(shown.path("collaborators")).isEmpty();
    owner.refused("NotAllowed(", "model", "status", "acct/given@1", "revoked");
  }

  private static String head(String branch) throws IOException {
    for (JsonNode reference : owner.told("branch", "acct/model").path("references")) {
      if (reference.path("name").asText().equals(branch)) {
        return reference.path("release").asText();
      }
    }
    return "none";
  }

  @Test
  void aBranchIsMadeMovedAndDeleted() throws IOException {
    stranger.refused("NotAllowed(", "branch", "acct/model", "stable", "1");
    owner.done("branch", "acct/model", "stable", "1");
    assertThat(head("stable")).isEqualTo("acct/model@1");
    owner.done("branch", "acct/model", "stable", "acct/model@2");
    assertThat(head("stable")).isEqualTo("acct/model@2");
    assertThat(owner.done("branch", "acct/model", "stable", "2").path("transactions")).isEmpty();
    assertThat(owner.read("branch", "acct/model").out()).contains("stable", "acct/model@2, by 0x");
    owner.done("branch", "acct/model", "stable", "--delete");
    assertThat(head("stable")).isEqualTo("none");
  }

  @Test
  void ofTwoWhoMoveABranchAtOnceOneIsRefused() throws IOException {
    owner.done("branch", "acct/model", "raced", "1");
    owner.done("model", "role", "acct/model", friend.address(), "publisher");
    AtomicBoolean moved = new AtomicBoolean();
    devnet
        .gate()
        .inject(
            new Fault() {
              @Override
              public boolean concerns(Call call) {
                return call.method().equals("eth_estimateGas");
              }

              /** When the owner has read the branch and is about to move it, the friend does. */
              @Override
              public Answer apply(Call call, Next next) {
                if (moved.compareAndSet(false, true)) {
                  CommandRun run = friend.send("branch", "acct/model", "raced", "2");
                  assertThat(run.exitCode()).as(run.err()).isZero();
                }
                return next.ask(call);
              }
            });

    owner.refused("HeadMismatch(", "branch", "acct/model", "raced", "--delete");

    assertThat(moved).isTrue();
    assertThat(head("raced")).isEqualTo("acct/model@2");
  }

  @Test
  void aSignedMoveIsSubmittedByAnybodyOnce() throws Exception {
    String file = folder.resolve("move.json").toString();
    owner.done("branch", "acct/model", "signed", "1");
    JsonNode signed = owner.done("branch", "acct/model", "signed", "2", "--sign", "--out", file);
    assertThat(signed.path("by").asText()).isEqualTo(owner.address());
    assertThat(head("signed")).isEqualTo("acct/model@1");

    stranger.done("branch", "--submit", file);
    assertThat(head("signed")).isEqualTo("acct/model@2");
    stranger.refused("MovesMismatch(", "branch", "--submit", file);

    String text = Files.readString(Path.of(file));
    Files.writeString(Path.of(file), text.replace("\"name\" : \"signed\"", "\"name\" : \"main\""));
    CommandRun changed = stranger.send("branch", "--submit", file);
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.err()).contains("Not a signed move of a branch: signed by 0x");
  }

  @Test
  void aMoveInPlaceVoidsWhatWasSigned() throws IOException {
    String file = folder.resolve("move.json").toString();
    owner.done("branch", "acct/model", "kept", "1");
    owner.done("branch", "acct/model", "kept", "2", "--sign", "--out", file, "--valid", "1h");
    owner.done("branch", "acct/model", "kept", "1", "--in-place");

    stranger.refused("MovesMismatch(", "branch", "--submit", file);
  }

  @Test
  void aTagIsSetOnceAndNamesOneReleaseForGood() throws IOException {
    stranger.refused("NotAllowed(", "tag", "acct/model", "gold", "1");
    owner.done("tag", "acct/model", "gold", "1");
    owner.refused("TagAlreadySet(", "tag", "acct/model", "gold", "2");

    JsonNode tags = stranger.told("tag", "acct/model");
    assertThat(tags.at("/references/0/name").asText()).isEqualTo("gold");
    assertThat(tags.at("/references/0/release").asText()).isEqualTo("acct/model@1");
  }
}
