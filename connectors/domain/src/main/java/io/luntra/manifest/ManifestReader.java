package io.luntra.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.luntra.blob.BlobUnpacker;
import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;

/**
 * Reads a manifest as a stream, one part at a time: each artifact followed by its tensors, then
 * each shard. A part is parsed after its SHA-256 was checked. What {@link ManifestWriter} would not
 * have written is a {@link VerificationException}, thrown at the latest when {@link #hasNext} would
 * return false; so entries may be trusted together only when that has returned.
 */
public final class ManifestReader implements Iterator<ManifestEntry> {
  private final RootManifest root;
  private final InputStream in;
  private final LayoutCheck layout = new LayoutCheck();
  private final Queue<ManifestEntry> entries = new ArrayDeque<>();
  private int nextPart;
  private boolean finished;

  /**
   * Reads from the parts' bytes one after the other.
   *
   * @param parts read to its end and left open
   */
  public ManifestReader(RootManifest root, InputStream parts) {
    this.root = Objects.requireNonNull(root, "root");
    this.in = Objects.requireNonNull(parts, "parts");
  }

  /** Reads from the manifest's blobs, in order, one at a time. */
  public static ManifestReader ofBlobs(RootManifest root, Iterator<byte[]> blobs) {
    return new ManifestReader(root, BlobUnpacker.stream(blobs, root.manifestBytes()));
  }

  @Override
  public boolean hasNext() {
    while (entries.isEmpty() && nextPart < root.parts().size()) {
      readPart();
    }
    if (entries.isEmpty() && !finished) {
      finish();
      finished = true;
    }
    return !entries.isEmpty();
  }

  @Override
  public ManifestEntry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return entries.remove();
  }

  private void readPart() {
    PartReference part = root.parts().get(nextPart);
    String where = "Manifest part %d (%s)".formatted(nextPart, part.kind().word());
    byte[] bytes = bytes(part, where);
    Bytes32 found = ManifestWriter.sha256(bytes);
    if (!found.equals(part.sha256())) {
      throw new VerificationException(
          "%s: SHA-256 is %s, expected %s".formatted(where, found, part.sha256()));
    }
    try {
      entries.addAll(parse(part.kind(), bytes));
    } catch (InvalidInputException | IllegalArgumentException e) {
      throw new VerificationException(where + ": " + e.getMessage(), e);
    }
    nextPart++;
  }

  private byte[] bytes(PartReference part, String where) {
    byte[] bytes;
    try {
      bytes = in.readNBytes(part.length());
    } catch (IOException e) {
      throw new LuntraException(where + " cannot be read", e);
    }
    if (bytes.length != part.length()) {
      throw new VerificationException(
          "%s: expected %d bytes, found %d".formatted(where, part.length(), bytes.length));
    }
    return bytes;
  }

  private List<ManifestEntry> parse(PartKind kind, byte[] bytes) {
    JsonFields json = new JsonFields(CanonicalJson.parse(bytes));
    Checks.equal("kind", json.text("kind"), kind.word());
    Checks.equal("version", json.integer("version"), (long) ManifestLimits.FORMAT_VERSION);
    List<ManifestEntry> parsed = new ArrayList<>();
    ArrayNode canonical = JsonNodeFactory.instance.arrayNode();
    JsonNode array = json.array("entries");
    Checks.range("Number of entries", array.size(), 1, Integer.MAX_VALUE);
    json.requireNoOthers();
    for (JsonNode node : array) {
      ManifestEntry entry = EntryJson.read(kind, node);
      layout.entry(entry);
      parsed.add(entry);
      canonical.add(EntryJson.write(entry));
    }
    JsonNode part =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", kind.word())
            .put("version", ManifestLimits.FORMAT_VERSION)
            .set("entries", canonical);
    CanonicalJson.requireSame(bytes, CanonicalJson.write(part));
    return parsed;
  }

  private void finish() {
    try {
      if (in.read() >= 0) {
        throw new VerificationException("Manifest: bytes follow its last part");
      }
      ReleaseTotals found = layout.finish(root.parent().isPresent());
      if (!found.equals(root.totals())) {
        throw new VerificationException(
            "Manifest: the parts add up to %s, the root says %s".formatted(found, root.totals()));
      }
    } catch (IOException e) {
      throw new LuntraException("Manifest: its end cannot be read", e);
    } catch (InvalidInputException e) {
      throw new VerificationException("Manifest: " + e.getMessage(), e);
    }
  }
}
