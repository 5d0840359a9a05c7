package io.luntra.ethereum.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.blob.Hex;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.crypto.Credentials;

/** Against bytes made by an independent implementation; see contracts/vectors. */
class BlobTransactionVectorsTest {
  private static final JsonNode VECTORS = read();
  private static final List<BlobSidecar> V0 = new ArrayList<>();
  private static final List<BlobSidecar> V1 = new ArrayList<>();

  private static JsonNode read() {
    try (InputStream stream =
        BlobTransactionVectorsTest.class.getResourceAsStream("/blob-transaction-vectors.json")) {
      return new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  static void makeSidecars() {
    Kzg kzg = Kzg.load();
    for (JsonNode expected : VECTORS.get("blobs")) {
      byte[] blob = VectorBlobs.blob(VECTORS.get("seed").asText(), V0.size());
      assertThat(Hex.encode(VectorBlobs.sha256(blob))).isEqualTo(expected.get("sha256").asText());
      KzgCommitment commitment = kzg.commit(blob);
      assertThat(commitment.toHex()).isEqualTo(expected.get("commitment").asText());
      V0.add(new BlobSidecar(blob, commitment, kzg.blobProof(blob, commitment)));
      V1.add(new BlobSidecar(blob, commitment, kzg.cellProofs(blob)));
    }
  }

  static Stream<JsonNode> transactions() {
    return StreamSupport.stream(VECTORS.get("transactions").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("transactions")
  void signsAndDecodesTheSameBytes(JsonNode vector) {
    BlobTransaction transaction = transaction(vector);
    SignedBlobTransaction signed =
        transaction.sign(Credentials.create(VECTORS.get("privateKey").asText()));

    assertThat(Hex.encode(transaction.signingHash())).isEqualTo(vector.get("signingHash").asText());
    assertThat(Hex.encode(signed.body())).isEqualTo(vector.get("signedBody").asText());
    assertThat(signed.hash().toHex()).isEqualTo(vector.get("transactionHash").asText());
    assertThat(signed.sender()).isEqualTo(vector.get("sender").asText());

    SignedBlobTransaction decoded = SignedBlobTransaction.decode(signed.body());
    assertThat(decoded).isEqualTo(signed);
    assertThat(decoded.transaction()).isEqualTo(transaction);
    assertThat(decoded.sender()).isEqualTo(vector.get("sender").asText());
  }

  @ParameterizedTest
  @MethodSource("transactions")
  void networkFormIsTheSameBeforeAndAfterOsaka(JsonNode vector) {
    SignedBlobTransaction signed =
        SignedBlobTransaction.decode(bytes(vector.get("signedBody").asText()));
    int blobs = signed.transaction().blobVersionedHashes().size();

    check(signed.networkForm(V0.subList(0, blobs), SidecarVersion.V0), vector.get("eip4844"));
    check(signed.networkForm(V1.subList(0, blobs), SidecarVersion.V1), vector.get("eip7594"));
  }

  private static void check(byte[] form, JsonNode expected) {
    assertThat(form).hasSize(expected.get("length").asInt());
    assertThat(Hex.encode(VectorBlobs.sha256(form))).isEqualTo(expected.get("sha256").asText());
  }

  private static BlobTransaction transaction(JsonNode vector) {
    JsonNode fields = vector.get("fields");
    List<VersionedHash> hashes = new ArrayList<>();
    vector
        .get("blobVersionedHashes")
        .forEach(hash -> hashes.add(VersionedHash.fromHex(hash.asText())));
    return new BlobTransaction(
        number(fields, "chainId").longValueExact(),
        number(fields, "nonce").longValueExact(),
        number(fields, "maxPriorityFeePerGas"),
        number(fields, "maxFeePerGas"),
        number(fields, "gasLimit").longValueExact(),
        fields.get("to").asText(),
        number(fields, "value"),
        bytes(fields.get("data").asText()),
        number(fields, "maxFeePerBlobGas"),
        hashes);
  }

  private static BigInteger number(JsonNode fields, String name) {
    return new BigInteger(fields.get(name).asText().substring(2), 16);
  }

  private static byte[] bytes(String hex) {
    return Hex.decode(hex, (hex.length() - 2) / 2);
  }
}
