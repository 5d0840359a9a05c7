package io.luntra.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.Kzg;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The document as a stranger hands it over. */
class ProofDocumentTest {
  private static final SampleRelease RELEASE = new SampleRelease();
  private static final Prover PROVER = new Prover(Kzg.load(), RELEASE);
  private static final String ELEMENT =
      new String(RELEASE.document(PROVER.element(1, 7)).toJson(), UTF_8);

  private static byte[] golden() throws IOException {
    try (InputStream in = ProofDocumentTest.class.getResourceAsStream("tensor-proof-v1.json")) {
      return in.readAllBytes();
    }
  }

  private static byte[] tensorProof() {
    return RELEASE
        .document(
            PROVER.tensor(
                RELEASE.manifest, RELEASE.manifest.artifacts().get(0), RELEASE.tensor("layer.3")))
        .toJson();
  }

  @Test
  void goldenDocument() throws IOException {
    assertThat(new String(tensorProof(), UTF_8)).isEqualTo(new String(golden(), UTF_8));
    ProofDocument read = ProofDocument.fromJson(golden());
    assertThat(ProofVerifier.verify(Kzg.load(), read).tensor()).contains(RELEASE.tensor("layer.3"));
  }

  /** The chain and the registry's address are for who holds the root against the chain. */
  private static boolean saysTheSame(byte[] a, byte[] b) {
    ProofDocument one = ProofDocument.fromJson(a);
    ProofDocument other = ProofDocument.fromJson(b);
    return one.releaseId().equals(other.releaseId())
        && one.merkleRoot().equals(other.merkleRoot())
        && one.claim().equals(other.claim());
  }

  @Test
  void noMutationProvesAnythingElse() throws IOException {
    byte[] golden = golden();
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] mutated = golden.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(i % 2 == 0 ? 128 : 256);
      }
      try {
        ProofVerifier.verify(Kzg.load(), ProofDocument.fromJson(mutated));
        assertThat(saysTheSame(mutated, golden)).as("mutation %d", i).isTrue();
      } catch (InvalidInputException | VerificationException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2900);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] golden = golden();
    for (int length = 0; length < golden.length; length += 1 + length / 50) {
      byte[] truncated = Arrays.copyOf(golden, length);
      assertThatThrownBy(() -> ProofDocument.fromJson(truncated))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("Proof document: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "luntra-proof|luntra-prove|expected format luntra-proof, version 1",
        "\"version\":1|\"version\":2|expected format luntra-proof, version 1",
        "\"kind\":\"data\"|\"kind\":\"DATA\"|expected data, manifest or root-manifest",
        "\"element\":7|\"element\":4096|Field element 4096: expected 0 to 4095",
        "\"index\":1|\"index\":2147483648|index is 2147483648",
        "\"chainId\":31337|\"chainId\":\"31337\"|chainId: expected an integer",
        "\"creator\":\"0xa1|\"creator\":\"0xA1|creator: expected 0x and 40 lower-case digits",
        "sample/proven|sample/broken|release id 0x",
        "\"registry\":\"0x7e|\"registry\":\"7e|registry: expected 0x and 40 lower-case digits",
        "\"format\"|\"extra\":1,\"format\"|Unknown field \"extra\"",
        "\"siblings\":[|\"siblings\":[null,|hex digits",
        "\"element\":{|\"blob\":{},\"element\":{|is missing",
        "\"element\":{|\"claim\":{|found 0",
        "{\"chainId\"|{ \"chainId\"|Not canonical JSON from byte 1 on"
      })
  void whatAWriterWouldNotWriteIsRefused(String part, String by, String message) {
    assertThat(ELEMENT).contains(part);
    String changed = ELEMENT.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(by));
    assertThatThrownBy(() -> ProofDocument.fromJson(changed.getBytes(UTF_8)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("Proof document: ")
        .hasMessageContaining(message);
  }

  @Test
  void sizesAreBounded() {
    assertThatThrownBy(() -> ProofDocument.fromJson(new byte[(1 << 24) + 1]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Proof document of 16777217 bytes, expected at most 16777216");
    String sibling = "\"0x" + "00".repeat(32) + "\",";
    String tooMany = ELEMENT.replace("\"siblings\":[", "\"siblings\":[" + sibling.repeat(40));
    assertThatThrownBy(() -> ProofDocument.fromJson(tooMany.getBytes(UTF_8)))
        .hasMessageContaining("Expected at most 32 siblings, found 43");
    String deep = "[".repeat(100_000);
    assertThatThrownBy(() -> ProofDocument.fromJson(deep.getBytes(UTF_8)))
        .isInstanceOf(InvalidInputException.class);
  }
}
