package io.luntra.ethereum.sink;

import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What the committer opens where it runs. Part of the job graph, so no key is in it, and no
 * password but what an RPC address may hold: signers come from {@code keys}, the journal's user and
 * password from the environment variables LUNTRA_JOURNAL_USER and LUNTRA_JOURNAL_PASSWORD.
 *
 * @param rpcUrls JSON-RPC of execution nodes, which have to follow one chain; the first is
 *     preferred, the others stand in for it
 * @param beaconUrls where published blobs are read back before they count as confirmed, the next
 *     where one does not serve them; nowhere when there is none
 * @param registry address of the registry contract
 * @param stagingRoot path or URI that a Flink file system serves
 * @param journalUrl JDBC URL; an H2 file only where the committer runs on the host that submits
 */
public record BlobSinkConfig(
    List<String> rpcUrls,
    List<String> beaconUrls,
    String registry,
    String stagingRoot,
    String journalUrl,
    SignerSource keys,
    PublishPolicy policy)
    implements Serializable {
  private static final long serialVersionUID = 2L;

  public BlobSinkConfig {
    rpcUrls = List.copyOf(rpcUrls);
    beaconUrls = List.copyOf(beaconUrls);
    Objects.requireNonNull(registry, "registry");
    Objects.requireNonNull(stagingRoot, "stagingRoot");
    Objects.requireNonNull(journalUrl, "journalUrl");
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(policy, "policy");
    if (rpcUrls.isEmpty()) {
      throw new InvalidInputException("No JSON-RPC URL of an execution node");
    }
  }

  /** Without the URLs: providers put access tokens in them. */
  @Override
  public String toString() {
    return "BlobSinkConfig[registry=%s, stagingRoot=%s, keys=%s]"
        .formatted(registry, stagingRoot, keys);
  }
}
