package io.luntra.ethereum.journal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One publisher of one process, as a lease names it.
 *
 * @param host name, and where the system tells it the boot, of the machine
 * @param started milliseconds since 1970 at which the process began; 0 where it is not known
 * @param publisher random: one process may have several
 */
public record LeaseHolder(String host, long pid, long started, String publisher) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Pattern TEXT = Pattern.compile("(.*) pid (\\d+) since (\\d+) (\\S+)");
  private static final int MAX_HOST = 150;

  public LeaseHolder {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(publisher, "publisher");
  }

  /** A new publisher of this process. */
  public static LeaseHolder here() {
    ProcessHandle process = ProcessHandle.current();
    return new LeaseHolder(
        thisHost(), process.pid(), startOf(process), UUID.randomUUID().toString());
  }

  private static String thisHost() {
    String name;
    try {
      name = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      name = "unknown";
    }
    String boot = "";
    try {
      boot = " boot " + Files.readString(BOOT).strip().substring(0, 8);
    } catch (IOException | RuntimeException e) {
      // Not Linux: the name has to do.
    }
    return name.substring(0, Math.min(name.length(), MAX_HOST)) + boot;
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Whether it is known that its process ended; false where that can't be told from here. */
  boolean isGone() {
    if (!host.equals(thisHost()) || started == 0) {
      return false;
    }
    return ProcessHandle.of(pid).map(process -> startOf(process) != started).orElse(true);
  }

  static LeaseHolder parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Lease holder \"%s\"".formatted(text));
    }
    return new LeaseHolder(
        matcher.group(1),
        Long.parseLong(matcher.group(2)),
        Long.parseLong(matcher.group(3)),
        matcher.group(4));
  }

  /** As the journal's column holds it. */
  @Override
  public String toString() {
    return "%s pid %d since %d %s".formatted(host, pid, started, publisher);
  }

  /** For messages: host, process, start. */
  String describe() {
    return "process %d on %s, running since %s".formatted(pid, host, Instant.ofEpochMilli(started));
  }
}
