package io.luntra.jobs.export;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ModelDependency;
import io.luntra.manifest.ModelRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Ancestors;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.ExternalReference;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.Pedigree;
import org.cyclonedx.model.Property;
import org.cyclonedx.model.component.Tags;
import org.cyclonedx.model.license.Expression;

/**
 * A release as a CycloneDX 1.6 ML-BOM in JSON: the model with its files, its model card, its
 * ancestors and what else it depends on. What CycloneDX has no field for is a property whose name
 * starts with "luntra:".
 */
public final class CycloneDxBom {
  static final String PREFIX = "luntra:";
  private static final Set<String> LINEAGE =
      Set.of("base-model", "teacher", "merged", "adapter", "parent");

  private final ExportedRelease release;
  private final String reference;

  private CycloneDxBom(ExportedRelease release) {
    this.release = release;
    this.reference = reference(release.published().releaseId());
  }

  /** The document; its time is that of the block that sealed the release. */
  public static String write(ExportedRelease release) {
    try {
      return BomGeneratorFactory.createJson(Version.VERSION_16, new CycloneDxBom(release).bom())
          .toJsonString();
    } catch (GeneratorException e) {
      throw new IllegalStateException("Writing the BOM of " + release.name(), e);
    }
  }

  private Bom bom() {
    Bom bom = new Bom();
    bom.setVersion(1);
    bom.setSerialNumber("urn:uuid:" + serialNumber());
    Metadata metadata = new Metadata();
    metadata.setTimestamp(
        Date.from(Instant.ofEpochSecond(release.published().rootManifest().block().timestamp())));
    bom.setMetadata(metadata);
    bom.addComponent(model());
    Dependency needs = new Dependency(reference);
    for (ModelDependency dependency : release.dependencies()) {
      if (!LINEAGE.contains(dependency.relation())) {
        Component component = component(dependency);
        if (bom.getComponents().stream()
            .noneMatch(other -> other.getBomRef().equals(component.getBomRef()))) {
          bom.addComponent(component);
          needs.addDependency(new Dependency(component.getBomRef()));
        }
      }
    }
    bom.addDependency(needs);
    return bom;
  }

  private Component model() {
    Component model = new Component();
    model.setType(Component.Type.MACHINE_LEARNING_MODEL);
    model.setBomRef(reference);
    model.setName(release.name());
    model.setVersion(release.version());
    model.setPublisher(release.published().publisher());
    for (Map.Entry<String, String> fact : release.identity()) {
      model.addProperty(new Property(PREFIX + fact.getKey(), fact.getValue()));
    }
    release.release().artifacts().forEach(artifact -> model.addComponent(file(artifact)));
    release.record().ifPresent(record -> describe(model, record));
    List<Component> ancestors = ancestors();
    if (!ancestors.isEmpty()) {
      Ancestors list = new Ancestors();
      list.setComponents(ancestors);
      Pedigree pedigree = new Pedigree();
      pedigree.setAncestors(list);
      model.setPedigree(pedigree);
    }
    return model;
  }

  private static void describe(Component model, ModelRecord record) {
    record.texts().description().ifPresent(model::setDescription);
    record.license().ifPresent(license -> model.setLicenses(expression(license)));
    if (!record.usage().tags().isEmpty()) {
      model.setTags(new Tags(record.usage().tags()));
    }
    model.setModelCard(CycloneDxModelCard.of(record));
  }

  private static LicenseChoice expression(String license) {
    LicenseChoice choice = new LicenseChoice();
    choice.setExpression(new Expression(license));
    return choice;
  }

  private Component file(ArtifactManifest artifact) {
    Component file = new Component();
    file.setType(Component.Type.FILE);
    file.setBomRef(reference + "#" + Hex.encode(sha256(artifact.file().path())).substring(2, 18));
    file.setName(artifact.file().path());
    file.addHash(new Hash(Hash.Algorithm.SHA_256, hex(artifact.file().sha256())));
    file.addProperty(new Property(PREFIX + "bytes", Long.toString(artifact.file().bytes())));
    file.addProperty(new Property(PREFIX + "inputSha256", hex(artifact.file().inputSha256())));
    return file;
  }

  /** The parents that the registry has, then what the record says the model comes from. */
  private List<Component> ancestors() {
    Map<Bytes32, String> parents = release.parents();
    List<Component> ancestors = new ArrayList<>();
    parents.forEach((id, name) -> ancestors.add(release("parent", id, name)));
    for (ModelDependency dependency : release.dependencies()) {
      boolean listed =
          dependency instanceof ModelDependency.OfRelease parent
              && parents.containsKey(parent.releaseId());
      if (LINEAGE.contains(dependency.relation()) && !listed) {
        ancestors.add(component(dependency));
      }
    }
    return ancestors;
  }

  private static Component component(ModelDependency dependency) {
    if (dependency instanceof ModelDependency.OfRelease parent) {
      Component component = release(parent.relation(), parent.releaseId(), parent.name());
      component.addProperty(new Property(PREFIX + "creator", parent.creator()));
      return component;
    }
    ModelDependency.OfContent content = (ModelDependency.OfContent) dependency;
    Component component = new Component();
    component.setType(
        LINEAGE.contains(content.relation())
            ? Component.Type.MACHINE_LEARNING_MODEL
            : Component.Type.FILE);
    component.setBomRef("sha256:" + hex(content.sha256()));
    component.setName(content.name());
    component.addHash(new Hash(Hash.Algorithm.SHA_256, hex(content.sha256())));
    component.addProperty(new Property(PREFIX + "relation", content.relation()));
    content
        .uri()
        .ifPresent(
            uri -> {
              ExternalReference found = new ExternalReference();
              found.setType(ExternalReference.Type.DISTRIBUTION);
              found.setUrl(uri);
              component.addExternalReference(found);
            });
    return component;
  }

  private static Component release(String relation, Bytes32 id, String name) {
    Component component = new Component();
    component.setType(Component.Type.MACHINE_LEARNING_MODEL);
    component.setBomRef(reference(id));
    int at = name.indexOf('@');
    component.setName(at < 0 ? name : name.substring(0, at));
    if (at >= 0) {
      component.setVersion(name.substring(at + 1));
    }
    component.addProperty(new Property(PREFIX + "relation", relation));
    component.addProperty(new Property(PREFIX + "releaseId", id.toHex()));
    return component;
  }

  private static String reference(Bytes32 releaseId) {
    return PREFIX + releaseId.toHex();
  }

  private static String hex(Bytes32 hash) {
    return hash.toHex().substring(2);
  }

  /** A UUID of version 8 (RFC 9562), from a hash of what the chain says of the release. */
  private UUID serialNumber() {
    ByteBuffer hash = ByteBuffer.wrap(sha256("CycloneDX 1.6 " + release.identity()));
    return new UUID(
        (hash.getLong() & ~0xf000L) | 0x8000L,
        (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
