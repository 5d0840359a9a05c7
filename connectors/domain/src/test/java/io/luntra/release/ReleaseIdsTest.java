package io.luntra.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.blob.Keccak;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.web3j.abi.DefaultFunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;

class ReleaseIdsTest {
  private static final String CREATOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

  @Test
  void isAFixedFunctionOfCreatorNameAndVersion() {
    assertThat(ReleaseIds.of(CREATOR, ReleaseName.parse("all-minilm-l6-v2@1.0")).toHex())
        .isEqualTo("0x2dbe74396acd39e63b7a5adbc009f42af7f5be97b174a5dce3f4370872333d89");
  }

  @Property(tries = 100)
  void agreesWithWeb3j(
      @ForAll @Size(20) byte[] creator,
      @ForAll @IntRange(min = 1, max = 96) int nameLength,
      @ForAll @IntRange(min = 1, max = 48) int versionLength) {
    ReleaseName release = new ReleaseName("n".repeat(nameLength), "7".repeat(versionLength));
    String address = Hex.encode(creator);
    Utf8String name = new Utf8String(release.name());
    assertThat(ReleaseIds.of(address, release))
        .isEqualTo(encoded(new Address(address), name, new Utf8String(release.version())));
    assertThat(ReleaseIds.model(address, release.name()))
        .isEqualTo(encoded(new Address(address), name));
  }

  private static Bytes32 encoded(Type<?>... values) {
    String hex = new DefaultFunctionEncoder().encodeParameters(List.of(values));
    return Keccak.hash(Hex.decode(hex, hex.length() / 2));
  }

  @Test
  void takesAnAddressInAnyCaseAndNothingElse() {
    ReleaseName release = ReleaseName.parse("a@1");
    assertThat(ReleaseIds.of(CREATOR.toLowerCase(Locale.ROOT), release))
        .isEqualTo(ReleaseIds.of(CREATOR, release));
    assertThatThrownBy(() -> ReleaseIds.of("0x1234", release))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
