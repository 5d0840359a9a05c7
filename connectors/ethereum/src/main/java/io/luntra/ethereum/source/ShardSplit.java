package io.luntra.ethereum.source;

import io.luntra.ethereum.beacon.BeaconClient;
import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.Kzg;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * A shard that is being fetched.
 *
 * @param next the blob to go on with
 */
record ShardSplit(String beaconUrl, ShardBlobs shard, int next)
    implements IteratorSourceSplit<FetchedBlob, ShardSplit.BlobIterator> {

  @Override
  public String splitId() {
    return shard.release() + "-" + shard.shard();
  }

  @Override
  public BlobIterator getIterator() {
    return new BlobIterator(
        new BlobFetcher(new BeaconClient(Endpoint.of(beaconUrl)), Kzg.load()), shard, next);
  }

  @Override
  public ShardSplit getUpdatedSplitForIterator(BlobIterator iterator) {
    return new ShardSplit(beaconUrl, shard, iterator.next);
  }

  /** Fetches and checks a few blobs at a time. */
  static final class BlobIterator implements Iterator<FetchedBlob> {
    /** 8 MiB; checking more of them together gains little. */
    private static final int BLOBS_AT_A_TIME = 64;

    private final BlobFetcher fetcher;
    private final ShardBlobs shard;
    private int next;
    private List<byte[]> fetched = List.of();
    private int fetchedFrom;

    BlobIterator(BlobFetcher fetcher, ShardBlobs shard, int next) {
      this.fetcher = fetcher;
      this.shard = shard;
      this.next = next;
      this.fetchedFrom = next;
    }

    @Override
    public boolean hasNext() {
      return next < shard.blobs().size();
    }

    @Override
    public FetchedBlob next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (next == fetchedFrom + fetched.size()) {
        int end = Math.min(next + BLOBS_AT_A_TIME, shard.blobs().size());
        fetched = fetch(end);
        fetchedFrom = next;
      }
      byte[] blob = fetched.get(next - fetchedFrom);
      return new FetchedBlob(shard.release(), shard.shard(), next++, shard.blobs().size(), blob);
    }

    /** What is wrong with a node's blobs ends the job: it would give them again. */
    private List<byte[]> fetch(int end) {
      try {
        return fetcher.fetch(shard.blobs().subList(next, end));
      } catch (VerificationException e) {
        throw new SuppressRestartsException(e);
      }
    }
  }
}
