package io.luntra.ethereum.beacon;

import io.luntra.kzg.CommitmentChecker;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Blobs that are what was published: their bytes are checked against commitments, and no answer's
 * order is relied on.
 */
public final class BlobFetcher {
  private final BlobSource source;
  private final Kzg kzg;
  private final CommitmentChecker checker;

  public BlobFetcher(BlobSource source, Kzg kzg) {
    this.source = Objects.requireNonNull(source, "source");
    this.kzg = Objects.requireNonNull(kzg, "kzg");
    this.checker = new CommitmentChecker(kzg);
  }

  /** A blob that is wanted: the block its transaction is in, and the commitment to it. */
  public record Location(BlockReference block, KzgCommitment commitment) {
    public Location {
      Objects.requireNonNull(block, "block");
      Objects.requireNonNull(commitment, "commitment");
    }
  }

  /**
   * Blobs whose commitments are known, in the order wanted. They are asked for block by block and
   * checked together, which costs one commitment for all of them; only where that check fails is
   * each matched by itself.
   *
   * @param wanted at most so many as may be held in memory; those of a block stand together
   * @throws BlobUnavailableException when one is not served as it was published
   */
  public List<byte[]> fetch(List<Location> wanted) {
    List<Answer> answers = new ArrayList<>();
    for (int from = 0; from < wanted.size(); ) {
      BlockReference block = wanted.get(from).block();
      int to = from;
      while (to < wanted.size()
          && to - from < BeaconClient.MAX_WANTED
          && wanted.get(to).block().equals(block)) {
        to++;
      }
      List<VersionedHash> hashes =
          wanted.subList(from, to).stream()
              .map(location -> location.commitment().versionedHash())
              .toList();
      answers.add(new Answer(block, hashes, source.blobs(block, hashes)));
      from = to;
    }
    List<byte[]> blobs = answers.stream().flatMap(answer -> answer.blobs().stream()).toList();
    if (blobs.size() == wanted.size()
        && checker.matches(blobs, wanted.stream().map(Location::commitment).toList())) {
      return blobs;
    }
    List<byte[]> matched = new ArrayList<>();
    for (Answer answer : answers) {
      Map<VersionedHash, byte[]> found = match(answer);
      answer.wanted().forEach(hash -> matched.add(found.get(hash)));
    }
    return matched;
  }

  /**
   * All the wanted blobs of one block, in the order wanted; equal hashes give one entry.
   *
   * @throws BlobUnavailableException when one is not served as it was published
   */
  public Map<VersionedHash, byte[]> fetch(BlockReference block, List<VersionedHash> wanted) {
    List<VersionedHash> distinct = wanted.stream().distinct().toList();
    return match(new Answer(block, distinct, source.blobs(block, distinct)));
  }

  /** What a source answered. */
  private record Answer(BlockReference block, List<VersionedHash> wanted, List<byte[]> blobs) {}

  private Map<VersionedHash, byte[]> match(Answer answer) {
    Set<VersionedHash> missing = new LinkedHashSet<>(answer.wanted());
    int wanted = missing.size();
    Map<VersionedHash, byte[]> found = new LinkedHashMap<>();
    missing.forEach(hash -> found.put(hash, null));
    List<VersionedHash> unwanted = new ArrayList<>();
    int invalid = 0;
    for (byte[] blob : answer.blobs()) {
      if (missing.isEmpty()) {
        break;
      }
      VersionedHash hash = versionedHash(blob);
      if (hash == null) {
        invalid++;
      } else if (missing.remove(hash)) {
        found.put(hash, blob);
      } else if (!found.containsKey(hash)) {
        unwanted.add(hash);
      }
    }
    if (!missing.isEmpty()) {
      throw new BlobUnavailableException(
          source.name(), answer.block(), wanted, List.copyOf(missing), unwanted, invalid);
    }
    return Collections.unmodifiableMap(found);
  }

  /** Null for bytes that are not field elements. */
  @SuppressWarnings("UnusedException")
  private VersionedHash versionedHash(byte[] blob) {
    try {
      return kzg.commit(blob).versionedHash();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
