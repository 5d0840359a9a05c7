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
    for (Profile profile :
        new Profile[] {Profile.LOSSLESS, Profile.INT8, Profile.INT4, Profile.ENTROPY}) {
      assertThat(Profile.fromId(profile.id())).isEqualTo(profile);
    }
  }

  @Test
  void wordsAreWrittenInTheirShortestForm() {
    for (String id :
        new String[] {
          "int8-tensor", "int8-g64", "int4-row", "int4-g128-asymmetric", "int8-asymmetric"
        }) {
      assertThat(Profile.fromId(id).id()).isEqualTo(id);
    }
    assertThat(Profile.fromId("int4-g32")).isEqualTo(Profile.INT4);
    assertThat(Profile.fromId("int8-row")).isEqualTo(Profile.INT8);
  }

  @Test
  void unknownNameSaysWhatIsKnown() {
    assertThatThrownBy(() -> Profile.fromId("INT8"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "Unknown profile 'INT8': expected lossless, entropy, or int8 or int4");
  }
}
