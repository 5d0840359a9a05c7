package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the chain is. */
final class ChainOptions {
  @Mixin private RpcOption rpc;

  @Option(
      names = "--beacon",
      paramLabel = "URL",
      split = ",",
      defaultValue = "${env:LUNTRA_BEACON}",
      description =
          "Address of a beacon node that serves whole blobs; publish takes several, separated by"
              + " commas. Default: LUNTRA_BEACON.")
  private List<String> beacon;

  @Option(
      names = "--registry",
      paramLabel = "ADDRESS",
      defaultValue = "${env:LUNTRA_REGISTRY}",
      description = "Address of the ModelRegistry contract. Default: LUNTRA_REGISTRY.")
  private String registry;

  URI rpc() {
    return rpc.url();
  }

  /** The execution node, where one is given. */
  Optional<URI> optionalRpc() {
    return rpc.isGiven() ? Optional.of(rpc()) : Optional.empty();
  }

  /** The registry, where one is given. */
  Optional<String> optionalRegistry() {
    return registry == null || registry.isBlank() ? Optional.empty() : Optional.of(registry());
  }

  List<URI> rpcs() {
    return rpc.urls();
  }

  URI beacon() {
    return beacons().get(0);
  }

  List<URI> beacons() {
    return urls("--beacon", "LUNTRA_BEACON", beacon);
  }

  String registry() {
    String address = given("--registry", "LUNTRA_REGISTRY", registry);
    if (!address.matches("0x[0-9a-fA-F]{40}")) {
      throw new InvalidInputException(
          "--registry: expected 0x and 40 hex digits, found \"" + address + "\"");
    }
    return address.toLowerCase(Locale.ROOT);
  }

  /** An option's addresses, checked; at least one. */
  static List<URI> urls(String option, String variable, List<String> values) {
    given(option, variable, values == null ? null : String.join("", values));
    return values.stream().map(value -> url(option, value.strip())).toList();
  }

  private static URI url(String option, String text) {
    try {
      URI url = new URI(text);
      if (url.getHost() != null
          && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new InvalidInputException(
          option + " is not an address of the form http://host:port", e);
    }
    throw new InvalidInputException(option + " is not an address of the form http://host:port");
  }

  private static String given(String option, String variable, String value) {
    return Optional.ofNullable(value)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> new InvalidInputException("Give " + option + " or set " + variable));
  }
}
