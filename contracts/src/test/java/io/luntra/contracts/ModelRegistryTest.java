package io.luntra.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.ObjectMapperFactory;
import org.web3j.protocol.core.methods.response.AbiDefinition;

/** The bindings and the resources of the jar come from one compilation. */
final class ModelRegistryTest {
  @Test
  void carriesTheBytecodeThatForgeCompiled() throws IOException {
    assertThat(ModelRegistry.BINARY).isEqualTo(resource("ModelRegistry.bin")).startsWith("60");
    // EIP-170: deployed code is at most 24,576 bytes; two hexadecimal digits each.
    assertThat(ModelRegistry.BINARY.length()).isLessThan(2 * 24_576);
  }

  @Test
  void carriesTheAbi() throws IOException {
    AbiDefinition[] abi =
        ObjectMapperFactory.getObjectMapper()
            .readValue(resource("ModelRegistry.abi"), AbiDefinition[].class);
    assertThat(abi)
        .filteredOn(each -> each.getType().equals("function"))
        .extracting(AbiDefinition::getName)
        .contains("open", "append", "seal", "release", "accumulator", "verifyBlob");
    assertThat(abi).noneMatch(AbiDefinition::isPayable);
  }

  @Test
  void knowsTheEventsBySignature() {
    assertThat(EventEncoder.encode(ModelRegistry.BATCHAPPENDED_EVENT))
        .isEqualTo(EventEncoder.buildEventSignature("BatchAppended(bytes32,address,bytes32)"));
    assertThat(EventEncoder.encode(ModelRegistry.RELEASESEALED_EVENT))
        .isEqualTo(
            EventEncoder.buildEventSignature(
                "ReleaseSealed(bytes32,bytes32,bytes32[],bytes32[],bytes32[])"));
    assertThat(EventEncoder.encode(ModelRegistry.RELEASEOPENED_EVENT))
        .isEqualTo(
            EventEncoder.buildEventSignature(
                "ReleaseOpened(bytes32,address,bytes32,string,string,address[],uint32)"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ModelRegistry.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
