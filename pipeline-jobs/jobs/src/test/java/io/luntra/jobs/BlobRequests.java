package io.luntra.jobs;

import io.luntra.devnet.Answer;
import io.luntra.devnet.Call;
import io.luntra.devnet.Fault;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Records which blobs are asked for; changes nothing. */
final class BlobRequests implements Fault {
  private static final String HASHES = "versioned_hashes=";
  private final List<String> requested = new CopyOnWriteArrayList<>();

  @Override
  public boolean concerns(Call call) {
    return call.target().startsWith("/eth/v1/beacon/blobs/");
  }

  @Override
  public Answer apply(Call call, Next next) {
    String target = call.target();
    Stream.of(target.substring(target.indexOf(HASHES) + HASHES.length()).split(",", -1))
        .forEach(requested::add);
    return next.ask(call);
  }

  /** Versioned hashes in hex, as often as they were asked for. */
  List<String> requested() {
    return List.copyOf(requested);
  }
}
