package io.luntra.ethereum.sink;

import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
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
 * @param creators whose models releases are of, by keys of staged releases: accounts, 0x and 40
 *     lower-case digits; all others are the publisher's own
 */
public record BlobSinkConfig(
    List<String> rpcUrls,
    List<String> beaconUrls,
    String registry,
    String stagingRoot,
    String journalUrl,
    SignerSource keys,
    PublishPolicy policy,
    Map<String, String> creators)
    implements Serializable {
  private static final long serialVersionUID = 3L;

  /** For models of the publisher's own. */
  public BlobSinkConfig(
      List<String> rpcUrls,
      List<String> beaconUrls,
      String registry,
      String stagingRoot,
      String journalUrl,
      SignerSource keys,
      PublishPolicy policy) {
    this(rpcUrls, beaconUrls, registry, stagingRoot, journalUrl, keys, policy, Map.of());
  }

  public BlobSinkConfig {
    rpcUrls = List.copyOf(rpcUrls);
    beaconUrls = List.copyOf(beaconUrls);
    creators = Map.copyOf(creators);
    Objects.requireNonNull(registry, "registry");
    Objects.requireNonNull(stagingRoot, "stagingRoot");
    Objects.requireNonNull(journalUrl, "journalUrl");
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(policy, "policy");
    if (rpcUrls.isEmpty()) {
      throw new InvalidInputException("No JSON-RPC URL of an execution node");
    }
  }

  /** The same for releases of models of others. */
  public BlobSinkConfig withCreators(Map<String, String> others) {
    return new BlobSinkConfig(
        rpcUrls, beaconUrls, registry, stagingRoot, journalUrl, keys, policy, others);
  }

  /** Under whose name a release's model is unique. */
  public String creator(StagedRelease release) {
    return creators.getOrDefault(release.key(), keys.addresses().get(0));
  }

  /** Without the URLs: providers put access tokens in them. */
  @Override
  public String toString() {
    return "BlobSinkConfig[registry=%s, stagingRoot=%s, keys=%s]"
        .formatted(registry, stagingRoot, keys);
  }
}
