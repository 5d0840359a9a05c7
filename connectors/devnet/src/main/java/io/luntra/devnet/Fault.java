package io.luntra.devnet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Something that goes wrong between a client and the gate. Called from several threads at once. */
public interface Fault {
  /** Whether {@link #apply} stands in for this call. */
  boolean concerns(Call call);

  /** The answer to give; asks {@code next}, or not, with the same call or another. */
  Answer apply(Call call, Next next);

  /** The rest of the way: further faults, the pool rules, the node. */
  @FunctionalInterface
  interface Next {
    Answer ask(Call call);
  }

  /** This fault for the first {@code count} calls that it concerns, then no more. */
  default Fault times(int count) {
    AtomicInteger left = new AtomicInteger(count);
    Fault whole = this;
    return new Fault() {
      @Override
      public boolean concerns(Call call) {
        return whole.concerns(call) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
      }

      @Override
      public Answer apply(Call call, Next next) {
        return whole.apply(call, next);
      }
    };
  }

  /** A JSON-RPC error, without asking the node. */
  static Fault refuse(String method, int code, String message) {
    return onMethod(method, (call, next) -> JsonRpc.error(call.id(), code, message));
  }

  /** The call never arrives; the connection closes. */
  static Fault loseCall(String method) {
    return onMethod(method, (call, next) -> Answer.LOST);
  }

  /** The call takes effect, then the connection closes without an answer. */
  static Fault loseAnswer(String method) {
    return onMethod(
        method,
        (call, next) -> {
          next.ask(call);
          return Answer.LOST;
        });
  }

  /** The call waits for the latch before it goes on; it is lost when the gate closes first. */
  static Fault holdUntil(String method, CountDownLatch released) {
    return onMethod(
        method,
        (call, next) -> {
          try {
            released.await();
            return next.ask(call);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.LOST;
          }
        });
  }

  /** Another result of a JSON-RPC method, such as a fee that moves. */
  static Fault alterResult(String method, UnaryOperator<JsonNode> change) {
    return onMethod(
        method,
        (call, next) ->
            alter(
                next.ask(call),
                answer -> {
                  if (answer.has("result")) {
                    answer.set("result", change.apply(answer.get("result")));
                  }
                }));
  }

  /** Other blobs in the answers of {@code /eth/v1/beacon/blobs/…}: fewer, changed, swapped. */
  static Fault alterBlobs(UnaryOperator<List<byte[]>> change) {
    return new Fault() {
      @Override
      public boolean concerns(Call call) {
        return call.target().startsWith("/eth/v1/beacon/blobs/");
      }

      @Override
      public Answer apply(Call call, Next next) {
        Answer found = next.ask(call);
        return found.status() == 200 ? alter(found, answer -> changeBlobs(answer, change)) : found;
      }
    };
  }

  private static void changeBlobs(ObjectNode answer, UnaryOperator<List<byte[]>> change) {
    List<byte[]> blobs = new ArrayList<>();
    for (JsonNode blob : answer.path("data")) {
      blobs.add(HexFormat.of().parseHex(blob.asText().substring(2)));
    }
    ArrayNode data = answer.putArray("data");
    change.apply(blobs).forEach(blob -> data.add("0x" + HexFormat.of().formatHex(blob)));
  }

  private static Answer alter(Answer answer, Consumer<ObjectNode> change) {
    if (answer.isLost()) {
      return answer;
    }
    try {
      ObjectNode json = (ObjectNode) JsonRpc.JSON.readTree(answer.body());
      change.accept(json);
      return new Answer(answer.status(), JsonRpc.bytes(json));
    } catch (IOException | ClassCastException e) {
      throw new LuntraException(
          "Expected a JSON object to alter, found " + new String(answer.body(), UTF_8), e);
    }
  }

  private static Fault onMethod(String method, BiFunction<Call, Next, Answer> action) {
    return new Fault() {
      @Override
      public boolean concerns(Call call) {
        return call.method().equals(method);
      }

      @Override
      public Answer apply(Call call, Next next) {
        return action.apply(call, next);
      }
    };
  }
}
