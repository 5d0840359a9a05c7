package io.luntra.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.manifest.TensorEntry;
import io.luntra.merkle.BlobKind;
import io.luntra.release.ReleaseName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a proof proves, and what it does not. */
class ProofTest {
  private static final SampleRelease RELEASE = new SampleRelease();
  private static final Prover PROVER = new Prover(Kzg.load(), RELEASE);
  private static final int FIRST_MANIFEST_BLOB = 3;

  private static Proven verify(Claim claim) {
    ProofDocument document = RELEASE.document(claim);
    ProofDocument read = ProofDocument.fromJson(document.toJson());
    assertThat(read).isEqualTo(document);
    return ProofVerifier.verify(Kzg.load(), read);
  }

  private static TensorClaim tensor(String name) {
    return PROVER.tensor(
        RELEASE.manifest, RELEASE.manifest.artifacts().get(0), RELEASE.tensor(name));
  }

  private static void assertNotProven(Claim claim, String... message) {
    assertThatThrownBy(() -> verify(claim))
        .isInstanceOf(VerificationException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void aBlobOfEachKindIsInTheRelease() {
    for (int i = 0; i < RELEASE.tree().size(); i++) {
      BlobClaim claim = PROVER.blob(i);
      assertThat(claim.blob().kind()).isEqualTo(RELEASE.kind(i));
      assertThat(verify(claim).bytes()).isEmpty();
    }
  }

  @Test
  void anElementOfABlobHasItsValue() {
    for (int element : new int[] {0, 1, 4095}) {
      assertThat(verify(PROVER.element(1, element)).bytes())
          .isEqualTo(Arrays.copyOfRange(RELEASE.blob(1), 32 * element, 32 * element + 32));
    }
  }

  @Test
  void bytesOfOneAndOfSeveralBlobs() {
    int straddling = 130_048 - 50;
    assertThat(verify(PROVER.bytes(FIRST_MANIFEST_BLOB, 1000, 1200)).bytes())
        .isEqualTo(Arrays.copyOfRange(RELEASE.stream, 1000, 1200));
    BytesClaim claim = PROVER.bytes(FIRST_MANIFEST_BLOB, straddling, straddling + 100);
    assertThat(claim.blobs()).hasSize(2);
    assertThat(verify(claim).bytes())
        .isEqualTo(Arrays.copyOfRange(RELEASE.stream, straddling, straddling + 100));
  }

  @Test
  void aTensorIsProvenWithItsDataBlobs() {
    TensorClaim wide = tensor("wide");
    Proven proven = verify(wide);
    assertThat(proven.tensor()).contains(RELEASE.tensor("wide"));
    assertThat(proven.bytes()).isEqualTo(RELEASE.tensor("wide").toJson());
    assertThat(wide.blobs()).extracting(BlobInclusion::index).containsExactly(0, 1, 2);
    assertThat(wide.shards()).hasSize(2);

    TensorClaim small = tensor("layer.3");
    assertThat(verify(small).tensor()).contains(RELEASE.tensor("layer.3"));
    assertThat(small.blobs()).extracting(BlobInclusion::index).containsExactly(2);
    assertThat(small.shards()).hasSize(1);

    TensorClaim nothing = tensor("nothing");
    assertThat(verify(nothing).tensor()).contains(RELEASE.tensor("nothing"));
    assertThat(nothing.blobs()).isEmpty();
    assertThat(nothing.shards()).isEmpty();
  }

  @Test
  void anEntryMayStraddleTwoBlobs() {
    int straddling = 0;
    byte[] before = Arrays.copyOf(RELEASE.stream, 130_048);
    for (TensorEntry tensor : RELEASE.manifest.artifacts().get(0).tensors()) {
      byte[] entry = tensor.toJson();
      String head = new String(Arrays.copyOf(entry, 120), UTF_8);
      int position = new String(RELEASE.stream, UTF_8).indexOf(head);
      if (position < before.length && position + entry.length > before.length) {
        straddling++;
        TensorClaim claim = tensor(tensor.info().name());
        assertThat(claim.entry().blobs()).hasSize(2);
        assertThat(verify(claim).tensor()).contains(tensor);
      }
    }
    assertThat(straddling).isEqualTo(1);
  }

  @Test
  void nothingIsProvenUnderAnotherRootReleaseOrCreator() {
    ProofDocument document = RELEASE.document(PROVER.blob(1));
    List<ProofDocument> others =
        List.of(
            new ProofDocument(
                1,
                document.registry(),
                document.creator(),
                document.name(),
                Bytes32.ZERO,
                document.claim()),
            new ProofDocument(
                1,
                document.registry(),
                SampleRelease.REGISTRY,
                document.name(),
                document.merkleRoot(),
                document.claim()),
            new ProofDocument(
                1,
                document.registry(),
                document.creator(),
                ReleaseName.parse("sample/proven@1.1"),
                document.merkleRoot(),
                document.claim()));
    for (ProofDocument other : others) {
      assertThatThrownBy(() -> ProofVerifier.verify(Kzg.load(), other))
          .isInstanceOf(VerificationException.class)
          .hasMessageContainingAll("data blob 1 (0x01", "is not in release", "Merkle root");
    }
  }

  @Test
  void aBlobIsAtNoOtherPlace() {
    BlobInclusion blob = PROVER.blob(1).blob();
    List<BlobInclusion> others =
        List.of(
            new BlobInclusion(BlobKind.MANIFEST, 1, blob.commitment(), blob.siblings()),
            new BlobInclusion(BlobKind.DATA, 2, blob.commitment(), blob.siblings()),
            new BlobInclusion(BlobKind.DATA, 1, RELEASE.commitment(2), blob.siblings()),
            new BlobInclusion(BlobKind.DATA, 1, blob.commitment(), blob.siblings().subList(1, 3)),
            new BlobInclusion(
                BlobKind.DATA, 1, blob.commitment(), PROVER.blob(2).blob().siblings()));
    others.forEach(other -> assertNotProven(new BlobClaim(other), "is not in release"));
  }

  @Test
  void anElementHasNoOtherValueOrPlace() {
    ElementOpening opening = PROVER.element(1, 7).opening();
    byte[] value = opening.value().bytes().clone();
    value[31] ^= 1;
    byte[] otherProof = PROVER.element(1, 8).opening().proof();
    List<ElementOpening> others =
        List.of(
            new ElementOpening(7, new Bytes32(value), opening.proof()),
            new ElementOpening(8, opening.value(), opening.proof()),
            new ElementOpening(7, opening.value(), otherProof),
            new ElementOpening(7, opening.value(), new byte[48]));
    for (ElementOpening other : others) {
      assertNotProven(
          new ElementClaim(new OpenedBlob(PROVER.blob(1).blob(), List.of(other))),
          "data blob 1: field element " + other.element() + " is not proven to be 0x");
    }
    assertNotProven(
        new ElementClaim(new OpenedBlob(PROVER.blob(2).blob(), List.of(opening))),
        "data blob 2: field element 7");
  }

  @Test
  void onlyAWholeEntryOfATensorIsOne() {
    TensorClaim claim = tensor("layer.3");
    BytesClaim entry = claim.entry();
    int at = entry.from();
    int end = entry.to();
    int[][] others = {{at, end - 1}, {at + 1, end}, {at - 1, end}, {at, end + 1}, {12, 300}};
    for (int[] other : others) {
      BytesClaim bytes = PROVER.bytes(FIRST_MANIFEST_BLOB, other[0], other[1]);
      assertNotProven(
          new TensorClaim(bytes, claim.shards(), claim.blobs()), "expected the entry of a tensor");
    }
    int artifactEnd = new String(RELEASE.stream, UTF_8).indexOf('}') + 1;
    BytesClaim artifact = PROVER.bytes(FIRST_MANIFEST_BLOB, 12, artifactEnd);
    assertNotProven(
        new TensorClaim(artifact, List.of(), List.of()),
        "expected the entry of a tensor: found that of an artifact");
  }

  /** The last tensor's name is a whole entry; in canonical JSON its quotes are escaped. */
  @Test
  void aNameThatLooksLikeAnEntryIsNone() {
    TensorEntry real = RELEASE.manifest.artifacts().get(0).tensors().get(SampleRelease.SMALL + 1);
    assertThat(TensorEntry.fromJson(real.info().name().getBytes(UTF_8)).info().name())
        .isEqualTo("layer.699");
    TensorClaim claim = tensor(real.info().name());
    assertThat(verify(claim).tensor()).contains(real);

    String stream = new String(RELEASE.stream, UTF_8);
    int start = stream.indexOf("{\\\"bytes\\\":");
    int end = stream.indexOf('}', start) + 1;
    int blob = start / 130_048;
    BytesClaim fragment =
        PROVER.bytes(FIRST_MANIFEST_BLOB + blob, start - blob * 130_048, end - blob * 130_048);
    assertThat(verify(fragment).bytes()).startsWith("{\\\"bytes\\\":".getBytes(UTF_8));
    assertNotProven(
        new TensorClaim(fragment, claim.shards(), claim.blobs()),
        "expected the entry of a tensor: Not JSON");
    assertThat(stream.indexOf("{\"bytes\":32,\"codec\":\"int8-rows\"", start))
        .as("no entry of layer.699 but the one inside the name")
        .isEqualTo(-1);
  }

  @Test
  void anEntryInDataOrTheRootManifestIsNone() {
    TensorClaim claim = tensor("layer.3");
    for (int blob : new int[] {0, 5}) {
      BytesClaim bytes = PROVER.bytes(blob, 0, 10);
      assertNotProven(
          new TensorClaim(bytes, claim.shards(), claim.blobs()), "expected manifest blobs, found");
      assertNotProven(
          new TensorClaim(claim.entry(), List.of(bytes), claim.blobs()),
          "expected manifest blobs, found");
    }
  }

  @Test
  void theDataBlobsAreAllAndOnlyThoseOfTheTensor() {
    TensorClaim wide = tensor("wide");
    List<BlobInclusion> blobs = wide.blobs();
    List<BlobInclusion> swapped = new ArrayList<>(blobs);
    swapped.set(0, blobs.get(1));
    List<BlobInclusion> more = new ArrayList<>(blobs);
    more.add(PROVER.blob(3).blob());
    BlobInclusion first = blobs.get(0);
    List<BlobInclusion> false0 = new ArrayList<>(blobs);
    false0.set(0, new BlobInclusion(BlobKind.DATA, 0, RELEASE.commitment(1), first.siblings()));
    assertNotProven(
        new TensorClaim(wide.entry(), wide.shards(), blobs.subList(0, 2)),
        "lie in 3 data blobs, the document shows 2");
    assertNotProven(new TensorClaim(wide.entry(), wide.shards(), more), "the document shows 4");
    assertNotProven(
        new TensorClaim(wide.entry(), wide.shards(), swapped),
        "lie in data blob 0, the document shows data blob 1");
    assertNotProven(new TensorClaim(wide.entry(), wide.shards(), false0), "is not in release");

    List<BytesClaim> reversed = List.of(wide.shards().get(1), wide.shards().get(0));
    assertNotProven(new TensorClaim(wide.entry(), reversed, blobs), "are not between");
    assertNotProven(
        new TensorClaim(wide.entry(), wide.shards().subList(0, 1), blobs),
        "lie in 2 shards, the document shows 1");
    assertNotProven(
        new TensorClaim(wide.entry(), List.of(wide.entry(), wide.entry()), blobs),
        "expected the end of a shard's entry");
    assertNotProven(
        new TensorClaim(tensor("nothing").entry(), wide.shards(), blobs),
        "lie in 0 shards, the document shows 2");
  }

  @Test
  void claimsThatDoNotFitTogetherAreNotMade() {
    OpenedBlob blob = PROVER.bytes(1, 0, 31).blobs().get(0);
    OpenedBlob next = PROVER.bytes(2, 0, 31).blobs().get(0);
    assertThatThrownBy(() -> new BytesClaim(0, 31, List.of(blob, next)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("do not begin in the first and end in the last of 2 blobs");
    assertThatThrownBy(() -> new BytesClaim(0, 130_049, List.of(blob, blob)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("need field elements 0 to 4095, found 1");
    assertThatThrownBy(() -> new BytesClaim(0, 32, List.of(blob)))
        .hasMessageContaining("need field elements 0 to 1, found 1");
    assertThatThrownBy(() -> new BytesClaim(31, 32, List.of(blob)))
        .hasMessageContaining("need field elements 1 to 1, found 1");
    assertThatThrownBy(() -> new ElementClaim(new OpenedBlob(blob.blob(), List.of())))
        .hasMessageContaining("opening of one field element, found 0");
    OpenedBlob end = PROVER.bytes(1, 130_047, 130_048).blobs().get(0);
    assertThatThrownBy(() -> new BytesClaim(130_047, 130_049, List.of(end, end)))
        .hasMessageContaining("data blob 1 cannot stand 1 after data blob 1");
  }

  @Test
  void theProverNamesWhatTheReleaseDoesNotHave() {
    assertThatThrownBy(() -> PROVER.blob(6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Blob 6: the release has 6, counted from 0");
    assertThatThrownBy(() -> PROVER.element(0, 4096))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Field element 4096: a blob has 4096");
    assertThatThrownBy(() -> PROVER.bytes(0, 5, 5)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> PROVER.bytes(0, 130_048, 130_049))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected them to begin in the 130048 of blob 0");
    assertThatThrownBy(() -> PROVER.bytes(0, 0, Integer.MAX_VALUE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("more than the 1024 field elements");
    assertThatThrownBy(() -> PROVER.bytes(5, 130_047, 130_049))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Blob 6: the release has 6, counted from 0");
  }

  @Test
  void aCommitmentThatIsNoPointProvesNothing() {
    BlobInclusion blob = PROVER.blob(0).blob();
    BlobInclusion noPoint =
        new BlobInclusion(BlobKind.DATA, 0, new KzgCommitment(new byte[48]), blob.siblings());
    assertNotProven(new BlobClaim(noPoint), "is not in release");
  }
}
