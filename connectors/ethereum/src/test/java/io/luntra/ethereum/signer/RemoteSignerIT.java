package io.luntra.ethereum.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Hex;
import io.luntra.devnet.AnvilOptions;
import io.luntra.devnet.AnvilProcess;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.endpoint.LocalNode;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.CallTransaction;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.KzgCommitment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.web3j.crypto.Credentials;

/** Against the signer that anvil has for its development accounts. */
@Timeout(60)
class RemoteSignerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ANSWER = 8 << 20;

  /** Commitment to a blob of zeros, and its proof. */
  private static final String POINT = "0xc0" + "00".repeat(47);

  /**
   * Anvil signs type 3 only with blobs, which are added on the way, and takes the versioned hashes
   * from their commitments, whatever was asked for.
   */
  @Test
  void signsWhatAnotherImplementationSigns() throws Exception {
    try (AnvilProcess anvil = AnvilProcess.start(AnvilOptions.defaults());
        LocalNode relay = new LocalNode()) {
      Endpoint endpoint = Endpoint.of(anvil.rpcUrl());
      relay.on(
          "/",
          exchange -> {
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            ObjectNode parameters = (ObjectNode) request.get("params").get(0);
            parameters.putArray("blobs").add("0x" + "00".repeat(131_072));
            parameters.putArray("commitments").add(POINT);
            parameters.putArray("proofs").add(POINT);
            byte[] json = request.toString().getBytes(StandardCharsets.UTF_8);
            String answer = new String(endpoint.post(json, MAX_ANSWER), StandardCharsets.UTF_8);
            LocalNode.write(exchange, 200, answer);
          });
      KzgCommitment commitment = new KzgCommitment(Hex.decode(POINT, KzgCommitment.BYTES));
      BlobTransaction transaction =
          SignerTransactions.transaction(List.of(commitment.versionedHash()), new byte[] {1, 2, 3});
      for (Credentials account : anvil.devAccounts().subList(0, 2)) {
        RemoteSigner signer =
            new RemoteSigner(new EndpointService(relay.endpoint(1)), account.getAddress());
        assertThat(signer.sign(transaction)).isEqualTo(transaction.sign(account));
        assertThatThrownBy(() -> signer.sign(SignerTransactions.transaction(1, new byte[0])))
            .isInstanceOf(LuntraException.class)
            .hasMessageContaining("signed blobVersionedHashes");
      }
    }
  }

  @Test
  void signsCallsAndTypedDataAsAnotherImplementationDoes() throws Exception {
    CallTransaction call = SignerTransactions.transaction(1, new byte[] {1, 2, 3}).withoutBlobs();
    TypedData data =
        TypedData.of(
            "Luntra license market",
            "1",
            31337,
            SignerTransactions.TO,
            "Receipt",
            List.of(
                new TypedData.Field("uint256", "tokenId", "7"),
                new TypedData.Field("uint128", "cumulativeUnits", "1000000000000000000000")));
    try (AnvilProcess anvil = AnvilProcess.start(AnvilOptions.defaults())) {
      Credentials account = anvil.devAccounts().get(1);
      Signer remote =
          SignerSource.remote(anvil.rpcUrl(), List.of(account.getAddress())).load().get(0);
      assertThat(remote.sign(call)).isEqualTo(call.sign(account));
      assertThat(remote.sign(data)).isEqualTo(new LocalSigner(account).sign(data));
    }
  }

  @Test
  void saysWhatAServiceThatWantsBlobsAnswers() {
    try (AnvilProcess anvil = AnvilProcess.start(AnvilOptions.defaults())) {
      List<String> accounts = List.of(anvil.devAccounts().get(0).getAddress());
      Signer signer = SignerSource.remote(anvil.rpcUrl(), accounts).load().get(0);
      assertThatThrownBy(() -> signer.sign(SignerTransactions.transaction(1, new byte[0])))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("refused: ");
    }
  }
}
