package io.luntra.jobs.plan;

import io.luntra.blob.Bytes32;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the plan of a release in the store, or has one made and keeps it there. */
public final class PlanMaker {
  private final Planner planner;
  private final PlanStore store;

  public PlanMaker(Planner planner, PlanStore store) {
    this.planner = planner;
    this.store = store;
  }

  /** SHA-256 of the plan, by which the store has it. */
  public Bytes32 plan(PlanInput input) throws IOException, InterruptedException {
    Optional<String> fingerprint = planner.fingerprint();
    if (fingerprint.isEmpty()) {
      return store.put(make(input));
    }
    Bytes32 key = key(fingerprint.get(), input);
    Optional<Bytes32> known = store.find(key);
    return known.isPresent() ? known.get() : store.put(key, make(input));
  }

  private ReleasePlan make(PlanInput input) throws IOException, InterruptedException {
    ReleasePlan plan = planner.plan(input, store);
    Set<PlanInput.Place> unchanged = input.unchanged();
    List<PlanInput.Place> places = input.tensors();
    if (plan.tensors().size() != places.size()) {
      throw new IllegalStateException(
          "Plan of %d tensors for %d".formatted(plan.tensors().size(), places.size()));
    }
    List<TensorPlan> tensors = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      TensorPlan tensor = plan.tensors().get(i);
      tensors.add(unchanged.contains(places.get(i)) ? tensor.asParents() : tensor);
    }
    return new ReleasePlan(tensors, plan.notices());
  }

  private static Bytes32 key(String fingerprint, PlanInput input) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(PlanJson.FORMAT_VERSION);
      out.writeUTF(fingerprint);
      input.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      return new Bytes32(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
