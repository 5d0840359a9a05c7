package io.luntra.modelfiles.pytorch;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.pytorch.PickleValue.Dictionary;
import io.luntra.modelfiles.pytorch.PickleValue.Dtype;
import io.luntra.modelfiles.pytorch.PickleValue.Item;
import io.luntra.modelfiles.pytorch.PickleValue.Named;
import io.luntra.modelfiles.pytorch.PickleValue.Plain;
import io.luntra.modelfiles.pytorch.PickleValue.Sequence;
import io.luntra.modelfiles.pytorch.PickleValue.Storage;
import io.luntra.modelfiles.pytorch.PickleValue.Tensor;
import io.luntra.modelfiles.pytorch.PickleValue.Text;
import io.luntra.modelfiles.pytorch.PickleValue.Tuple;
import io.luntra.modelfiles.pytorch.PickleValue.Whole;
import io.luntra.tensor.DataType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a pickle as data. Of Python's pickle machine it has the opcodes that checkpoints need, and
 * in place of Python's names a fixed table ({@link PermittedName}): nothing is imported, called or
 * constructed, and what is not in the table is refused.
 */
final class Pickle {
  private static final int LINE_BYTES = 1024;
  private static final int MAX_PROTOCOL = 5;
  private static final int STORAGE_FIELDS = 5;

  private final InputStream in;
  private final ReaderLimits limits;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();
  private long position;
  private long opcodeAt;
  private int values;

  private Pickle(InputStream in, ReaderLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /**
   * The value that a pickle describes.
   *
   * @param in the pickle and nothing after it
   * @throws InvalidInputException when it is malformed, too large, or names what is not permitted;
   *     the message has the byte of the opcode
   */
  static PickleValue read(InputStream in, ReaderLimits limits) throws IOException {
    return new Pickle(in, limits).read();
  }

  private PickleValue read() throws IOException {
    try {
      while (true) {
        opcodeAt = position;
        int code = next();
        Opcode opcode = Opcode.of(code).orElseThrow(() -> unknown(code));
        if (opcode == Opcode.STOP) {
          PickleValue value = pop();
          if (!stack.isEmpty() || in.read() >= 0) {
            throw invalid("the pickle stops with more to come");
          }
          return value;
        }
        run(opcode);
      }
    } catch (EOFException e) {
      throw new InvalidInputException(
          "the pickle ends at byte %d, unfinished".formatted(position), e);
    }
  }

  private InvalidInputException unknown(int code) {
    return invalid("opcode 0x%02x is none that a checkpoint of tensors needs".formatted(code));
  }

  private void run(Opcode opcode) throws IOException {
    switch (opcode) {
      case PROTO -> require(next() <= MAX_PROTOCOL, "a protocol above " + MAX_PROTOCOL);
      case FRAME -> number(Long.BYTES);
      case MARK -> mark();
      case POP -> pop();
      case NONE, NEWTRUE, NEWFALSE -> push(Plain.VALUE);
      case BINFLOAT -> {
        skip(Double.BYTES);
        push(Plain.VALUE);
      }
      case BININT1 -> push(new Whole(number(1)));
      case BININT2 -> push(new Whole(number(2)));
      case BININT -> push(new Whole((int) number(Integer.BYTES)));
      case LONG1 -> push(whole(next()));
      case BINUNICODE -> push(text(number(Integer.BYTES)));
      case SHORT_BINUNICODE -> push(text(next()));
      case BINSTRING, BINBYTES -> bytes(number(Integer.BYTES));
      case SHORT_BINSTRING, SHORT_BINBYTES -> bytes(next());
      case EMPTY_LIST -> push(new Sequence());
      case APPEND -> append(List.of(pop()));
      case APPENDS -> append(popMarked());
      case EMPTY_TUPLE -> push(new Tuple(List.of()));
      case TUPLE -> push(new Tuple(popMarked()));
      case TUPLE1 -> push(new Tuple(pop(1)));
      case TUPLE2 -> push(new Tuple(pop(2)));
      case TUPLE3 -> push(new Tuple(pop(3)));
      case EMPTY_DICT -> push(new Dictionary());
      case SETITEM -> set(pop(2));
      case SETITEMS -> set(popMarked());
      case BINPUT -> memoize(next());
      case LONG_BINPUT -> memoize(number(Integer.BYTES));
      case MEMOIZE -> memoize(memo.size());
      case BINGET -> push(memoized(next()));
      case LONG_BINGET -> push(memoized(number(Integer.BYTES)));
      case GLOBAL -> push(named(line(), line()));
      case STACK_GLOBAL -> {
        String name = popText();
        push(named(popText(), name));
      }
      case REDUCE -> {
        List<PickleValue> arguments = popTuple();
        push(call(popNamed(), arguments));
      }
      case NEWOBJ -> {
        popTuple();
        PermittedName name = popNamed();
        require(name.kind() == PermittedName.Kind.SCRIPT_CLASS, "%s is no class".formatted(name));
        push(new Dictionary());
      }
      case BUILD -> build();
      case BINPERSID -> push(storage(popTuple()));
      default -> throw new AssertionError(opcode);
    }
  }

  private void push(PickleValue value) {
    if (++values > limits.pickleValues()) {
      throw invalid("more than %d values".formatted(limits.pickleValues()));
    }
    stack.add(value);
  }

  private void mark() {
    if (marks.size() == limits.nesting()) {
      throw invalid("values nested more than %d deep".formatted(limits.nesting()));
    }
    marks.push(stack.size());
  }

  private PickleValue pop() {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    require(stack.size() > floor, "it takes a value that is not there");
    return stack.remove(stack.size() - 1);
  }

  private List<PickleValue> pop(int count) {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    require(stack.size() >= floor + count, "it takes a value that is not there");
    List<PickleValue> tail = stack.subList(stack.size() - count, stack.size());
    List<PickleValue> popped = List.copyOf(tail);
    tail.clear();
    return popped;
  }

  private List<PickleValue> popMarked() {
    require(!marks.isEmpty(), "it takes values up to a mark that is not there");
    List<PickleValue> popped = pop(stack.size() - marks.peek());
    marks.pop();
    return popped;
  }

  private String popText() {
    if (pop() instanceof Text text) {
      return text.value();
    }
    throw invalid("expected a string");
  }

  private List<PickleValue> popTuple() {
    if (pop() instanceof Tuple tuple) {
      return tuple.values();
    }
    throw invalid("expected a tuple");
  }

  private PermittedName popNamed() {
    if (pop() instanceof Named named) {
      return named.name();
    }
    throw invalid("it calls what is none of the permitted names");
  }

  private PickleValue peek() {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    require(stack.size() > floor, "it takes a value that is not there");
    return stack.get(stack.size() - 1);
  }

  private void append(List<PickleValue> more) {
    if (peek() instanceof Sequence list) {
      list.values().addAll(more);
    } else {
      throw invalid("it appends to what is no list");
    }
  }

  private void set(List<PickleValue> pairs) {
    if (!(peek() instanceof Dictionary dictionary)) {
      throw invalid("it sets items of what is no dictionary");
    }
    require(pairs.size() % 2 == 0, "a key without a value");
    for (int i = 0; i < pairs.size(); i += 2) {
      dictionary.items().add(new Item(pairs.get(i), pairs.get(i + 1)));
    }
  }

  /**
   * Gives an object its attributes; those of a dictionary (an OrderedDict has some) hold nothing.
   */
  private void build() {
    PickleValue state = pop();
    if (peek() instanceof Dictionary object && state instanceof Dictionary attributes) {
      object.items().addAll(attributes.items());
    } else if (!(peek() instanceof Dictionary)) {
      throw invalid("it builds what is no object");
    }
  }

  private void memoize(long index) {
    require(memo.size() <= limits.pickleValues(), "too many memoized values");
    memo.put(index, peek());
  }

  private PickleValue memoized(long index) {
    PickleValue value = memo.get(index);
    require(value != null, "it takes memoized value %d, which is not there".formatted(index));
    return value;
  }

  private PickleValue named(String module, String name) {
    PermittedName permitted =
        PermittedName.of(module, name)
            .orElseThrow(
                () ->
                    invalid(
                        "it names %s.%s, which is none of what tensors need; nothing was run"
                            .formatted(
                                ForeignText.printable(module), ForeignText.printable(name))));
    return permitted.kind() == PermittedName.Kind.TYPE
        ? new Dtype(permitted.dtype().orElseThrow())
        : new Named(permitted);
  }

  private PickleValue call(PermittedName name, List<PickleValue> arguments) {
    return switch (name.kind()) {
      case DICTIONARY -> dictionary(arguments);
      case TENSOR -> tensor(arguments, null);
      case TYPED_TENSOR -> {
        if (argument(arguments, 6) instanceof Dtype type) {
          yield tensor(arguments, type.dtype());
        }
        throw invalid("a tensor without a type");
      }
      case FIRST_ARGUMENT -> argument(arguments, 0);
      case PLAIN -> Plain.VALUE;
      case SCRIPT_CLASS, STORAGE, TYPE -> throw invalid("%s can't be called".formatted(name));
    };
  }

  private Dictionary dictionary(List<PickleValue> arguments) {
    Dictionary dictionary = new Dictionary();
    if (!arguments.isEmpty() && argument(arguments, 0) instanceof Sequence pairs) {
      for (PickleValue pair : pairs.values()) {
        if (!(pair instanceof Tuple two) || two.values().size() != 2) {
          throw invalid("a dictionary of what are no pairs");
        }
        dictionary.items().add(new Item(two.values().get(0), two.values().get(1)));
      }
    }
    return dictionary;
  }

  /**
   * A view of a storage.
   *
   * @param dtype of a storage of bytes, otherwise null
   */
  private Tensor tensor(List<PickleValue> arguments, DataType dtype) {
    if (!(argument(arguments, 0) instanceof Storage storage)
        || !(argument(arguments, 1) instanceof Whole offset)) {
      throw invalid("a tensor that is no view of a storage");
    }
    List<Long> shape = wholes(argument(arguments, 2));
    List<Long> strides = wholes(argument(arguments, 3));
    require(
        shape.size() == strides.size() && offset.value() >= 0,
        "a tensor of shape %s, strides %s and offset %d".formatted(shape, strides, offset.value()));
    Optional<DataType> type = dtype == null ? storage.dtype() : Optional.of(dtype);
    return new Tensor(storage, type, offset.value(), shape, strides);
  }

  private List<Long> wholes(PickleValue value) {
    if (!(value instanceof Tuple tuple) || tuple.values().size() > limits.rank()) {
      throw invalid("expected a tuple of at most %d numbers".formatted(limits.rank()));
    }
    List<Long> wholes = new ArrayList<>();
    for (PickleValue element : tuple.values()) {
      if (!(element instanceof Whole whole) || whole.value() < 0) {
        throw invalid("expected numbers from 0 in a shape, and in its strides");
      }
      wholes.add(whole.value());
    }
    return wholes;
  }

  /** What torch.save writes in place of a storage: ('storage', type, key, device, elements). */
  private Storage storage(List<PickleValue> id) {
    if (id.size() == STORAGE_FIELDS
        && id.get(0) instanceof Text word
        && word.value().equals("storage")
        && id.get(1) instanceof Named type
        && type.name().kind() == PermittedName.Kind.STORAGE
        && id.get(2) instanceof Text key
        && id.get(4) instanceof Whole elements
        && elements.value() >= 0) {
      return new Storage(key.value(), type.name().dtype(), type.name().bytes(), elements.value());
    }
    throw invalid("a persistent id that is no storage of tensors");
  }

  private PickleValue argument(List<PickleValue> arguments, int index) {
    require(index < arguments.size(), "a call with %d arguments".formatted(arguments.size()));
    return arguments.get(index);
  }

  private PickleValue whole(int bytes) throws IOException {
    byte[] littleEndian = read(bytes);
    if (bytes > Long.BYTES) {
      return Plain.VALUE;
    }
    byte[] bigEndian = new byte[bytes + 1];
    for (int i = 0; i < bytes; i++) {
      bigEndian[bytes - i] = littleEndian[i];
    }
    bigEndian[0] = (byte) (bytes > 0 && littleEndian[bytes - 1] < 0 ? -1 : 0);
    return new Whole(new BigInteger(bigEndian).longValueExact());
  }

  private Text text(long bytes) throws IOException {
    if (bytes > limits.metadataBytes()) {
      throw invalid(
          "a string of %d bytes, expected at most %d".formatted(bytes, limits.metadataBytes()));
    }
    return new Text(new String(read((int) bytes), StandardCharsets.UTF_8));
  }

  private void bytes(long count) throws IOException {
    skip(count);
    push(Plain.VALUE);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = next(); c != '\n'; c = next()) {
      if (line.length() == LINE_BYTES) {
        throw invalid("a name of more than %d bytes".formatted(LINE_BYTES));
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private int next() throws IOException {
    int read = in.read();
    if (read < 0) {
      throw new EOFException();
    }
    position++;
    return read;
  }

  /** A little-endian number that is not negative, but for one of 8 bytes. */
  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) next() << (8 * i);
    }
    return number;
  }

  private byte[] read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    position += bytes.length;
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }

  private void skip(long count) throws IOException {
    for (long left = count; left > 0; ) {
      long skipped = in.skip(left);
      if (skipped == 0) {
        next();
        skipped = 1;
      } else {
        position += skipped;
      }
      left -= skipped;
    }
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw invalid(otherwise);
    }
  }

  private InvalidInputException invalid(String what) {
    return new InvalidInputException("pickle, opcode at byte %d: %s".formatted(opcodeAt, what));
  }
}
