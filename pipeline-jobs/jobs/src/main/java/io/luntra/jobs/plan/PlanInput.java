package io.luntra.jobs.plan;

import io.luntra.blob.Bytes32;
import io.luntra.codec.ChunkHeader;
import io.luntra.codec.Profile;
import io.luntra.jobs.parent.ParentRelease;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.TensorEntry;
import io.luntra.modelfiles.ModelInput;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ParentMatch;
import io.luntra.release.Section;
import io.luntra.tensor.TensorRole;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a plan is made from.
 *
 * @param keepQuality the quality to keep, a decimal number, where one is asked for
 * @param run what the model may be run with
 * @param hashes of each artifact of the model
 * @param parent that the release is to be a delta against
 */
public record PlanInput(
    Profile profile,
    Optional<String> keepQuality,
    ModelRun run,
    ModelInput model,
    List<InputHashes> hashes,
    Optional<ParentRelease> parent) {
  public PlanInput {
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(keepQuality, "keepQuality");
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(parent, "parent");
    hashes = List.copyOf(hashes);
  }

  /** A tensor of the model: its artifact's index in the release and where it lies in that. */
  public record Place(int artifact, Section section) {}

  /** The tensors that have bytes, in the order of artifacts and offsets. */
  public List<Place> tensors() {
    List<Place> tensors = new ArrayList<>();
    for (int i = 0; i < model.artifacts().size(); i++) {
      for (Section section : model.artifacts().get(i).layout().sections()) {
        if (section.tensor() != null && section.length() > 0) {
          tensors.add(new Place(i, section));
        }
      }
    }
    return tensors;
  }

  /**
   * The tensors that the parent was given with the same values, where it was to be compressed as
   * this release is: encoding them again could only add to what was lost.
   */
  public Set<Place> unchanged() {
    Set<Place> unchanged = new HashSet<>();
    if (parent.isEmpty() || !isCompressedAlike(parent.get())) {
      return unchanged;
    }
    List<ArtifactLayout> layouts = parent.get().manifest().layouts();
    ParentMatch match = ParentMatch.of(layouts, model.layouts());
    Map<ParentMatch.Place, Bytes32> known = inputHashes(parent.get());
    for (Place tensor : tensors()) {
      Section section = tensor.section();
      Bytes32 hash = hashes.get(tensor.artifact()).tensor(section);
      match
          .find(tensor.artifact(), section.offset(), section.length())
          .filter(place -> hash.equals(known.get(place)))
          .ifPresent(place -> unchanged.add(tensor));
    }
    return unchanged;
  }

  /** All that decides a plan, and with it the bytes of the release, but for its name. */
  public void writeTo(DataOutputStream out) throws IOException {
    out.writeInt(ChunkHeader.VERSION);
    out.writeUTF(profile.id());
    out.writeUTF(keepQuality.orElse(""));
    run.writeTo(out, model.artifacts().get(0).file());
    out.writeInt(hashes.size());
    for (int i = 0; i < hashes.size(); i++) {
      out.writeUTF(model.layouts().get(i).path());
      out.writeLong(model.layouts().get(i).length());
      out.write(hashes.get(i).file().bytes());
    }
    // The same file may be read as other tensors by another version of the readers.
    for (Place tensor : tensors()) {
      Section section = tensor.section();
      ModelInput.Artifact artifact = model.artifacts().get(tensor.artifact());
      out.writeInt(tensor.artifact());
      out.writeLong(section.offset());
      out.writeLong(section.length());
      byte[] name = section.tensor().name().getBytes(StandardCharsets.UTF_8);
      out.writeInt(name.length);
      out.write(name);
      out.writeUTF(artifact.roles().getOrDefault(section.tensor().name(), TensorRole.OTHER).name());
    }
    out.writeBoolean(parent.isPresent());
    if (parent.isPresent()) {
      out.write(parent.get().releaseId().bytes());
      out.write(parent.get().merkleRoot().bytes());
    }
  }

  private boolean isCompressedAlike(ParentRelease release) {
    return release.manifest().root().profile().equals(profile.id())
        && release.manifest().root().description().keepQuality().equals(keepQuality);
  }

  private static Map<ParentMatch.Place, Bytes32> inputHashes(ParentRelease release) {
    Map<ParentMatch.Place, Bytes32> hashes = new HashMap<>();
    List<ArtifactManifest> artifacts = release.manifest().artifacts();
    for (int i = 0; i < artifacts.size(); i++) {
      for (TensorEntry tensor : artifacts.get(i).tensors()) {
        if (tensor.info().bytes() > 0) {
          hashes.put(new ParentMatch.Place(i, tensor.offset()), tensor.inputSha256());
        }
      }
    }
    return hashes;
  }
}
