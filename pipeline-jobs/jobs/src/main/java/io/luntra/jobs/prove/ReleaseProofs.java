package io.luntra.jobs.prove;

import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.kzg.Kzg;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.TensorEntry;
import io.luntra.proof.Claim;
import io.luntra.proof.ProofDocument;
import io.luntra.proof.Prover;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes proof documents about a release that was read from the chain. */
public final class ReleaseProofs {
  private final ChainRelease release;
  private final String registry;
  private final Prover prover;

  /**
   * Proofs about one release.
   *
   * @param registry address of the registry that it was read from, 0x and 40 lower-case digits
   */
  public ReleaseProofs(ChainReleases chain, ChainRelease release, String registry) {
    this.release = release;
    this.registry = registry;
    this.prover = new Prover(Kzg.load(), new PublishedBlobs(chain, release, Kzg.load()));
  }

  public ProofDocument blob(int index) {
    return document(prover.blob(index));
  }

  public ProofDocument element(int blob, int element) {
    return document(prover.element(blob, element));
  }

  public ProofDocument bytes(int blob, int from, int to) {
    return document(prover.bytes(blob, from, to));
  }

  /**
   * A tensor's entry in the manifest and the data blobs that carry it.
   *
   * @param artifact path of the file that it is of, where several have one of this name
   * @throws InvalidInputException when there is no such tensor, or more than one
   */
  public ProofDocument tensor(String name, Optional<String> artifact) {
    List<ArtifactManifest> files = new ArrayList<>();
    List<TensorEntry> tensors = new ArrayList<>();
    for (ArtifactManifest file : release.artifacts()) {
      for (TensorEntry tensor : file.tensors()) {
        if (tensor.info().name().equals(name)
            && (artifact.isEmpty() || artifact.get().equals(file.file().path()))) {
          files.add(file);
          tensors.add(tensor);
        }
      }
    }
    if (tensors.isEmpty()) {
      throw new InvalidInputException(
          "%s has no tensor \"%s\"%s; luntra show --tensors lists them"
              .formatted(
                  release.root().name(),
                  name,
                  artifact.map(path -> " in artifact \"" + path + "\"").orElse("")));
    }
    if (tensors.size() > 1) {
      throw new InvalidInputException(
          "%s has %d tensors \"%s\"; choose with --artifact: %s"
              .formatted(
                  release.root().name(),
                  tensors.size(),
                  name,
                  String.join(
                      ", ", files.stream().map(file -> file.file().path()).distinct().toList())));
    }
    return document(prover.tensor(release.manifest(), files.get(0), tensors.get(0)));
  }

  private ProofDocument document(Claim claim) {
    return new ProofDocument(
        release.published().chainId(),
        registry,
        release.published().creator(),
        release.published().name(),
        release.published().merkleRoot(),
        claim);
  }
}
