package io.luntra.ethereum.sink;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;

/** Keeps references until the end of input; the bytes are staged already. */
final class ReferenceWriter implements CommittingSinkWriter<ReleaseReference, ReleaseReference> {
  private final Set<ReleaseReference> references = new LinkedHashSet<>();

  @Override
  public void write(ReleaseReference reference, Context context) {
    references.add(reference);
  }

  @Override
  public void flush(boolean endOfInput) {}

  @Override
  public Collection<ReleaseReference> prepareCommit() {
    List<ReleaseReference> committables = List.copyOf(references);
    references.clear();
    return committables;
  }

  @Override
  public void close() {}
}
