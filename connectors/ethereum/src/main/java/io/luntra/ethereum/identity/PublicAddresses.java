package io.luntra.ethereum.identity;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Addresses of the public internet (IANA's registries of special purpose addresses, RFC 6890), as
 * opposed to those of this host, its networks, and what only looks like one.
 */
final class PublicAddresses {
  private record Block(byte[] prefix, int bits) {
    static Block of(int bits, int... prefix) {
      byte[] bytes = new byte[prefix.length];
      for (int i = 0; i < prefix.length; i++) {
        bytes[i] = (byte) prefix[i];
      }
      return new Block(bytes, bits);
    }

    boolean holds(byte[] address) {
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Block> SPECIAL_V4 =
      List.of(
          Block.of(8, 0), // this network
          Block.of(8, 10), // private
          Block.of(10, 100, 64), // shared by carriers
          Block.of(8, 127), // loopback
          Block.of(16, 169, 254), // link-local, metadata of clouds among it
          Block.of(12, 172, 16), // private
          Block.of(24, 192, 0, 0), // protocol assignments
          Block.of(24, 192, 0, 2), // documentation
          Block.of(24, 192, 88, 99), // relays
          Block.of(16, 192, 168), // private
          Block.of(15, 198, 18), // benchmarks
          Block.of(24, 198, 51, 100), // documentation
          Block.of(24, 203, 0, 113), // documentation
          Block.of(3, 224)); // multicast, reserved, broadcast

  private static final Block GLOBAL_V6 = Block.of(3, 0x20);

  private static final List<Block> SPECIAL_V6 =
      List.of(
          Block.of(23, 0x20, 0x01, 0x00), // protocols, tunnels among them
          Block.of(32, 0x20, 0x01, 0x0d, 0xb8), // documentation
          Block.of(16, 0x20, 0x02), // tunnels to IPv4
          Block.of(20, 0x3f, 0xff, 0x00)); // documentation

  private PublicAddresses() {}

  /** Whether anybody on the internet would reach the same host there. */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return SPECIAL_V4.stream().noneMatch(block -> block.holds(bytes));
    }
    return address instanceof Inet6Address
        && GLOBAL_V6.holds(bytes)
        && SPECIAL_V6.stream().noneMatch(block -> block.holds(bytes));
  }
}
