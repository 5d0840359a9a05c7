package io.luntra.modelfiles.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.tensor.DataType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a stranger's pickle may say, and that nothing of it is ever run. */
class PickleTest {
  private static final ReaderLimits LIMITS = ReaderLimits.DEFAULTS;

  private static PickleValue read(byte[] pickle) throws IOException {
    return Pickle.read(new ByteArrayInputStream(pickle), LIMITS);
  }

  private static Map<String, PickleValue.Tensor> tensors(byte[] pickle) throws IOException {
    return new NamedTensors(LIMITS).in(read(pickle));
  }

  private static void assertRefused(byte[] pickle, String message) {
    assertThatThrownBy(() -> tensors(pickle))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private static PickleWriter pickle() {
    return new PickleWriter();
  }

  private static PickleWriter weight(PickleWriter pickle) {
    return pickle.tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1});
  }

  @Test
  void tensorsAreNamedByTheKeysThatLeadToThem() throws IOException {
    PickleWriter pickle = pickle().op('}').op('(').text("epoch").number(7).text("model");
    pickle.global("collections", "OrderedDict").op(')').op('R').op('(');
    weight(pickle.text("layer.weight"));
    pickle.text("parts").op(']').op('(');
    weight(pickle);
    pickle.op('e').op('u').op('u');

    Map<String, PickleValue.Tensor> found = tensors(pickle.stop());

    assertThat(found).containsOnlyKeys("model.layer.weight", "model.parts.0");
    PickleValue.Tensor tensor = found.get("model.layer.weight");
    assertThat(tensor.storage().key()).isEqualTo("0");
    assertThat(tensor.dtype()).contains(DataType.FP32);
    assertThat(tensor.shape()).isEqualTo(List.of(2L, 3L));
    assertThat(tensor.strides()).isEqualTo(List.of(3L, 1L));
  }

  @Test
  void bytesWithATypeAreTensorsOfIt() throws IOException {
    PickleWriter pickle = pickle().global("torch._utils", "_rebuild_tensor_v3").op('(').op('(');
    pickle.text("storage").global("torch.storage", "UntypedStorage").text("k").text("cpu");
    pickle.number(8).op('t').op('Q').number(0).numbers(4).numbers(1).op(0x89);
    pickle.global("collections", "OrderedDict").op(')').op('R').global("torch", "uint16");

    PickleValue.Tensor tensor = tensors(pickle.op('t').op('R').stop()).get("tensor");

    assertThat(tensor.dtype()).contains(DataType.UINT16);
    assertThat(tensor.storage().elements()).isEqualTo(8);
  }

  @Test
  void codeIsNeverRunByWhateverOpcode() {
    String none = "which is none of what tensors need; nothing was run";
    PickleWriter command = pickle().global("os", "system").text("touch owned");
    assertRefused(command.op(0x85).op('R').stop(), "it names os.system, " + none);
    assertRefused(pickle().global("posix", "system").stop(), "it names posix.system, " + none);
    assertRefused(pickle().global("builtins", "eval").stop(), "it names builtins.eval, " + none);
    assertRefused(
        pickle().text("os").text("system").op(0x93).stop(), "it names os.system, " + none);
    assertRefused(
        pickle().global("torch.serialization", "load").stop(),
        "it names torch.serialization.load, " + none);
    assertRefused(
        pickle().global("torch._utils", "_rebuild_tensor").stop(),
        "it names torch._utils._rebuild_tensor, " + none);
    // Through a name that is permitted: what it gets is not called either.
    assertRefused(
        pickle().global("collections", "OrderedDict").global("os", "system").op(0x85).stop(),
        "it names os.system, " + none);
    assertRefused(
        pickle().global("torch", "FloatStorage").text("x").op(0x85).op('R').stop(),
        "torch.FloatStorage can't be called");
    assertRefused(
        pickle().text("os.system").text("x").op(0x85).op('R').stop(),
        "it calls what is none of the permitted names");
    // By the extension registry, and by the opcodes of old protocols.
    for (int opcode : new int[] {0x82, 0x83, 0x84, 'i', 'o', 'P', 0x92, 0x95 + 1}) {
      assertRefused(
          pickle().op('(').op(opcode).op(1).op(0).op(0).op(0).stop(),
          "opcode 0x%02x is none that a checkpoint of tensors needs".formatted(opcode));
    }
    // By what an object is built from.
    assertRefused(
        pickle().global("__torch__", "M").op(')').op(0x81).text("state").op('b').text("x").stop(),
        "the pickle stops with more to come");
    assertRefused(pickle().text("x").op('}').op('b').stop(), "it builds what is no object");
  }

  @Test
  void namesInMessagesAreFitForATerminal() {
    assertRefused(
        pickle().global("os\u001b[2J", "system").stop(), "it names os\\u001b[2J.system, which");
  }

  @Test
  void valuesThatContainThemselvesAreRefused() {
    byte[] list = pickle().op(']').op('q').op(0).op('h').op(0).op('a').stop();
    assertRefused(list, "values nested more than 100 deep");
    byte[] dictionary = pickle().op('}').op('q').op(0).text("a").op('h').op(0).op('s').stop();
    assertRefused(dictionary, "values nested more than 100 deep");
  }

  @Test
  void valuesThatMultiplyAreRefused() {
    PickleWriter pickle = pickle().op(']').op('q').op(0);
    for (int i = 1; i < 60; i++) {
      pickle.op('0').op(']').op('q').op(i);
      pickle.op('(').op('h').op(i - 1).op('h').op(i - 1).op('e');
    }
    assertRefused(pickle.stop(), "more than 1000000 values, counted where they are used");
  }

  @Test
  void valuesThatAreNotThereAreRefused() {
    assertRefused(pickle().stop(), "it takes a value that is not there");
    assertRefused(pickle().op('t').stop(), "up to a mark that is not there");
    assertRefused(pickle().number(1).op('(').op('0').stop(), "it takes a value that is not there");
    assertRefused(pickle().op('h').op(3).stop(), "it takes memoized value 3, which is not there");
    assertRefused(pickle().op('}').op('(').text("k").op('u').stop(), "a key without a value");
    assertRefused(pickle().text("a").number(1).op('a').stop(), "it appends to what is no list");
    assertRefused(
        pickle().number(1).text("a").number(1).op('s').stop(),
        "it sets items of what is no dictionary");
    assertRefused(pickle().number(1).number(2).stop(), "the pickle stops with more to come");
    assertRefused(pickle().op('}').raw("..").stop(), "the pickle stops with more to come");
  }

  @Test
  void tensorsAreViewsOfStoragesOnly() {
    PickleWriter noStorage = pickle().global("torch._utils", "_rebuild_tensor_v2").op('(');
    assertRefused(
        noStorage.text("data").number(0).numbers(1).numbers(1).op('t').op('R').stop(),
        "a tensor that is no view of a storage");
    assertRefused(
        pickle().global("torch._utils", "_rebuild_tensor_v2").op(')').op('R').stop(),
        "a call with 0 arguments");
    assertRefused(
        pickle().tensor("FloatStorage", "0", 4, 0, new long[] {4}, new long[] {1, 1}).stop(),
        "a tensor of shape [4], strides [1, 1] and offset 0");
    assertRefused(
        pickle().tensor("FloatStorage", "0", 4, -1, new long[] {4}, new long[] {1}).stop(),
        "offset -1");
    assertRefused(
        pickle().tensor("FloatStorage", "0", 4, 0, new long[] {-4}, new long[] {1}).stop(),
        "expected numbers from 0 in a shape");
    assertRefused(
        pickle().tensor("FloatStorage", "0", 4, 0, new long[65], new long[65]).stop(),
        "expected a tuple of at most 64 numbers");
    assertRefused(
        pickle().text("module").op(0x85).op('Q').stop(),
        "a persistent id that is no storage of tensors");
  }

  @Test
  void sizesAreCheckedBeforeMemoryIsTaken() {
    assertRefused(
        pickle().op('X').int32(-1).stop(),
        "a string of 4294967295 bytes, expected at most 1048576");
    assertRefused(pickle().op('B').int32(-1).stop(), "unfinished");
    assertRefused(pickle().op(0x8a).op(200).stop(), "unfinished");
    byte[] many = new byte[1_000_003];
    java.util.Arrays.fill(many, (byte) ']');
    assertRefused(many, "more than 1000000 values");
    PickleWriter marks = pickle();
    for (int i = 0; i < 101; i++) {
      marks.op('(');
    }
    assertRefused(marks.stop(), "values nested more than 100 deep");
    assertRefused(pickle().op('c').raw("x".repeat(1_025)).stop(), "a name of more than 1024 bytes");
  }

  @Test
  void truncatedPicklesAreRefused() throws IOException {
    byte[] whole = weight(pickle()).stop();
    assertThat(tensors(whole)).hasSize(1);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(InvalidInputException.class);
    }
  }
}
