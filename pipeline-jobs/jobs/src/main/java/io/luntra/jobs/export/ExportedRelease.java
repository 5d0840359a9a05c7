package io.luntra.jobs.export;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.manifest.ModelDependency;
import io.luntra.manifest.ModelRecord;
import io.luntra.manifest.ParameterCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A release and where it is registered: what exports are made from. The same release gives the same
 * bytes, until those who own it change its status.
 *
 * @param registry address of the registry contract, 0x and 40 lower-case digits
 */
public record ExportedRelease(ChainRelease release, String registry) {

  String name() {
    return release.root().name().name();
  }

  String version() {
    return release.root().name().version();
  }

  PublishedRelease published() {
    return release.published();
  }

  Optional<ModelRecord> record() {
    return release.root().record();
  }

  ParameterCount parameters() {
    return ParameterCount.of(release.manifest());
  }

  List<ModelDependency> dependencies() {
    return record().map(ModelRecord::dependencies).orElse(List.of());
  }

  /** What the chain says of it, in the order in which it is to be read. */
  List<Map.Entry<String, String>> identity() {
    PublishedRelease published = published();
    List<Map.Entry<String, String>> identity = new ArrayList<>();
    identity.add(Map.entry("releaseId", published.releaseId().toHex()));
    identity.add(Map.entry("chainId", Long.toString(published.chainId())));
    identity.add(Map.entry("registry", registry));
    identity.add(Map.entry("creator", published.creator()));
    identity.add(Map.entry("publisher", published.publisher()));
    identity.add(Map.entry("merkleRoot", published.merkleRoot().toHex()));
    published
        .rootManifest()
        .blobHashes()
        .forEach(hash -> identity.add(Map.entry("rootManifest", hash.asBytes32().toHex())));
    identity.add(Map.entry("sealBlock", published.rootManifest().block().hash().toHex()));
    identity.add(Map.entry("status", release.standing().status().name()));
    identity.add(Map.entry("profile", release.root().profile()));
    identity.add(Map.entry("parameters", Long.toString(parameters().total())));
    parameters().precision().ifPresent(word -> identity.add(Map.entry("precision", word)));
    return identity;
  }

  /** NAME@VERSION of its parents in the registry, by id; the id where no document names it. */
  Map<Bytes32, String> parents() {
    Map<Bytes32, String> known = new TreeMap<>();
    for (ModelDependency dependency : dependencies()) {
      if (dependency instanceof ModelDependency.OfRelease parent) {
        known.put(parent.releaseId(), parent.name());
      }
    }
    release
        .root()
        .parent()
        .ifPresent(parent -> known.put(parent.releaseId(), parent.name().toString()));
    Map<Bytes32, String> parents = new TreeMap<>();
    for (Bytes32 id : published().parents()) {
      parents.put(id, known.getOrDefault(id, id.toHex()));
    }
    return parents;
  }
}
