package io.luntra.modelfiles.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles, opcode by opcode, as pickletools.py describes them. */
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleWriter() {
    op(0x80).op(2);
  }

  PickleWriter op(int code) {
    out.write(code);
    return this;
  }

  PickleWriter op(char code) {
    return op((int) code);
  }

  PickleWriter global(String module, String name) {
    return op('c').raw(module + "\n" + name + "\n");
  }

  PickleWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return op('X').int32(utf8.length).raw(utf8);
  }

  PickleWriter number(long number) {
    if (number >= 0 && number < 256) {
      return op('K').op((int) number);
    }
    if (number == (int) number) {
      return op('J').int32((int) number);
    }
    return op(0x8a)
        .op(8)
        .raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
  }

  PickleWriter numbers(long... numbers) {
    op('(');
    for (long number : numbers) {
      number(number);
    }
    return op('t');
  }

  /** A view of storage {@code key}. */
  PickleWriter tensor(
      String storage, String key, long elements, long offset, long[] shape, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op('(').op('(');
    text("storage").global("torch", storage).text(key).text("cpu").number(elements);
    op('t').op('Q').number(offset).numbers(shape).numbers(strides).op(0x89);
    return global("collections", "OrderedDict").op(')').op('R').op('t').op('R');
  }

  PickleWriter int32(int number) {
    return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  PickleWriter raw(String ascii) {
    return raw(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  PickleWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] stop() {
    op('.');
    return out.toByteArray();
  }
}
