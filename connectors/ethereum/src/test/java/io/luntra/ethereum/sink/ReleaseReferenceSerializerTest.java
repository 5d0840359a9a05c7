package io.luntra.ethereum.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReleaseReferenceSerializerTest {
  private final ReleaseReferenceSerializer serializer = new ReleaseReferenceSerializer();

  @Property
  void roundTrips(@ForAll @Size(32) byte[] key) throws IOException {
    ReleaseReference reference = new ReleaseReference(HexFormat.of().formatHex(key));
    assertThat(serializer.serialize(reference)).isEqualTo(key);
    assertThat(serializer.deserialize(1, serializer.serialize(reference))).isEqualTo(reference);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(serializer.getVersion()).isEqualTo(1);
    assertThatThrownBy(() -> serializer.deserialize(2, new byte[32]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
    assertThatThrownBy(() -> serializer.deserialize(1, new byte[31]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("31 bytes");
    assertThatThrownBy(() -> new ReleaseReference("../x"))
        .isInstanceOf(InvalidInputException.class);
  }
}
