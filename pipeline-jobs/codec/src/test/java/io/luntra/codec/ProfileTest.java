package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import org.junit.jupiter.api.Test;

final class ProfileTest {
  @Test
  void idsAreLowerCaseAndReadBack() {
    assertThat(Profile.INT8.id()).isEqualTo("int8");
    assertThat(Profile.LOSSLESS.id()).isEqualTo("lossless");
    for (Profile profile : Profile.values()) {
      assertThat(Profile.fromId(profile.id())).isEqualTo(profile);
    }
  }

  @Test
  void unknownNameSaysWhatIsKnown() {
    assertThatThrownBy(() -> Profile.fromId("INT8"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Unknown profile 'INT8': expected one of int8, lossless");
  }
}
