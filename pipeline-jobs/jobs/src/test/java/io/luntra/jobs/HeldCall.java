package io.luntra.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luntra.devnet.Answer;
import io.luntra.devnet.Call;
import io.luntra.devnet.Fault;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds a committer at a named instant: a call of it waits, and when it is released it is lost. The
 * instant is the first call of a method after so many calls of another one were answered.
 */
final class HeldCall implements Fault {
  /** What a client asks too, for it looks how far the registry is. */
  private static final Set<String> OF_CLIENTS = Set.of("eth_call", "eth_getCode", "eth_chainId");

  static final String ANY = "";

  private final String counted;
  private final int count;
  private final String method;
  private final boolean arrives;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger toHold;
  private final CountDownLatch reached;
  private final CountDownLatch released = new CountDownLatch(1);

  /**
   * @param counted method whose answered calls are counted
   * @param count how many there are before the instant
   * @param method the next call of which is held; {@link #ANY} for whatever the committer asks
   * @param arrives whether it takes effect, so that only its answer is lost
   */
  HeldCall(String counted, int count, String method, boolean arrives) {
    this.counted = counted;
    this.count = count;
    this.method = method;
    this.arrives = arrives;
    // Of two such calls at once, one is the committer's: a client asks one thing at a time.
    int calls = OF_CLIENTS.contains(method) ? 2 : 1;
    this.toHold = new AtomicInteger(calls);
    this.reached = new CountDownLatch(calls);
  }

  /** Whether the committer waits; all that it does before it waits is done then. */
  boolean isReached() {
    return reached.getCount() == 0;
  }

  void release() {
    released.countDown();
  }

  private boolean isInstant(Call call) {
    return answered.get() >= count
        && (method.equals(ANY) ? !OF_CLIENTS.contains(call.method()) : method.equals(call.method()))
        && toHold.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  @Override
  public boolean concerns(Call call) {
    return call.method().equals(counted) || isReachable(call);
  }

  private boolean isReachable(Call call) {
    return toHold.get() > 0 && (method.equals(ANY) || method.equals(call.method()));
  }

  @Override
  public Answer apply(Call call, Next next) {
    if (isInstant(call)) {
      return hold(call, next);
    }
    Answer answer = next.ask(call);
    if (call.method().equals(counted) && hasResult(answer)) {
      answered.incrementAndGet();
    }
    return answer;
  }

  private static boolean hasResult(Answer answer) {
    String body = new String(answer.body(), UTF_8);
    return body.contains("\"result\":") && !body.contains("\"result\":null");
  }

  private Answer hold(Call call, Next next) {
    if (arrives) {
      next.ask(call);
    }
    reached.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.LOST;
  }
}
