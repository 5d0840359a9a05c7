package io.luntra.jobs.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSignatureTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Made for this test. */
  static final String SEC1 =
      """
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEICT7TTmaLM2VI6XWTinAAMVVUW1WByIMcX+ahQewMHdOoAoGCCqGSM49
      AwEHoUQDQgAEVQBa54yWgxLzdIB1jMrhIllIBJWV68uajthvLKzDt3X9aeWYjLxr
      /PG3cv04PSYq6CilqfSLPo8cJbCIHd7dTg==
      -----END EC PRIVATE KEY-----
      """;

  @TempDir Path folder;

  private static KeyPair pair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static String pem(String name, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(name, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
  }

  private SigningKey key(String pem) throws IOException {
    return SigningKey.read(Files.writeString(folder.resolve("key.pem"), pem));
  }

  private static void assertSigned(String bundle, PublicKey key) throws Exception {
    JsonNode envelope = JSON.readTree(bundle).path("dsseEnvelope");
    byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asText());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initVerify(key);
    signature.update(
        ("DSSEv1 28 application/vnd.in-toto+json " + payload.length + " ").getBytes(UTF_8));
    signature.update(payload);
    assertThat(
            signature.verify(Base64.getDecoder().decode(envelope.at("/signatures/0/sig").asText())))
        .isTrue();
  }

  @Test
  void theFilesHashesAreSigned() throws Exception {
    KeyPair pair = pair("secp256r1");
    SigningKey key = key(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    String bundle = ModelSignature.write(SampleRelease.full(), key);

    assertThat(ModelSignature.write(SampleRelease.full(), key)).isEqualTo(bundle);
    assertSigned(bundle, pair.getPublic());
    JsonNode json = JSON.readTree(bundle);
    assertThat(json.path("mediaType").asText())
        .isEqualTo("application/vnd.dev.sigstore.bundle.v0.3+json");
    String publicPem = pem("PUBLIC KEY", pair.getPublic().getEncoded());
    assertThat(json.at("/verificationMaterial/publicKey/hint").asText())
        .isEqualTo(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(publicPem.getBytes(UTF_8))));
    assertThat(json.at("/dsseEnvelope/payloadType").asText())
        .isEqualTo("application/vnd.in-toto+json");
    String config = SampleRelease.hash("a").toHex().substring(2);
    String model = SampleRelease.hash("b").toHex().substring(2);
    String root =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(HexFormat.of().parseHex(config + model)));
    assertThat(JSON.readTree(Base64.getDecoder().decode(json.at("/dsseEnvelope/payload").asText())))
        .isEqualTo(
            JSON.readTree(
                """
                {"_type": "https://in-toto.io/Statement/v1",
                 "subject": [{"name": "acme/model@1.0", "digest": {"sha256": "%s"}}],
                 "predicateType": "https://model_signing/signature/v1.0",
                 "predicate": {
                   "serialization":
                     {"method": "files", "hash_type": "sha256", "allow_symlinks": false},
                   "resources": [
                     {"name": "config|x.json", "algorithm": "sha256", "digest": "%s"},
                     {"name": "onnx/model.onnx", "algorithm": "sha256", "digest": "%s"}]}}
                """
                    .formatted(root, config, model)));
  }

  @Test
  void keysOfOpensslAreRead() throws Exception {
    SigningKey key = key(SEC1);
    assertThat(key.publicPem())
        .isEqualTo(
            """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVQBa54yWgxLzdIB1jMrhIllIBJWV
            68uajthvLKzDt3X9aeWYjLxr/PG3cv04PSYq6CilqfSLPo8cJbCIHd7dTg==
            -----END PUBLIC KEY-----
            """);
    assertThat(
            key("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
                    + "-----END EC PARAMETERS-----\n"
                    + SEC1)
                .hint())
        .isEqualTo(key.hint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\n====\n-----END EC PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----\n"
      })
  void whatIsNoKeyIsRefusedAndNotShown(String text) {
    assertThatThrownBy(() -> key(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("key.pem: expected an ECDSA private key on P-256")
        .hasMessageNotContaining("c2VjcmV0");
  }

  @Test
  void keysOfOtherKindsAreRefused() throws Exception {
    String other = pem("PRIVATE KEY", pair("secp384r1").getPrivate().getEncoded());
    assertThatThrownBy(() -> key(other)).isInstanceOf(InvalidInputException.class);
    String rsa =
        pem(
            "PRIVATE KEY",
            KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded());
    assertThatThrownBy(() -> key(rsa)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> SigningKey.read(folder.resolve("none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none can't be read");
  }

  @Test
  void mutatedKeysAreReadOrRefused() throws Exception {
    Random random = new Random(11);
    byte[] der = pair("secp256r1").getPrivate().getEncoded();
    for (int i = 0; i < 500; i++) {
      byte[] changed = der.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      try {
        key(pem("PRIVATE KEY", changed)).hint();
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageContaining("expected an ECDSA private key");
      }
    }
  }
}
