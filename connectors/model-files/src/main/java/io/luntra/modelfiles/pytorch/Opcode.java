package io.luntra.modelfiles.pytorch;

import java.util.Optional;

/** Opcodes of Python's pickle format (pickletools.py) that checkpoints are written with. */
enum Opcode {
  MARK('('),
  STOP('.'),
  POP('0'),
  BINFLOAT('G'),
  BININT('J'),
  BININT1('K'),
  BININT2('M'),
  LONG1(0x8a),
  NONE('N'),
  NEWTRUE(0x88),
  NEWFALSE(0x89),
  BINUNICODE('X'),
  SHORT_BINUNICODE(0x8c),
  BINSTRING('T'),
  SHORT_BINSTRING('U'),
  BINBYTES('B'),
  SHORT_BINBYTES('C'),
  EMPTY_LIST(']'),
  APPEND('a'),
  APPENDS('e'),
  EMPTY_TUPLE(')'),
  TUPLE('t'),
  TUPLE1(0x85),
  TUPLE2(0x86),
  TUPLE3(0x87),
  EMPTY_DICT('}'),
  SETITEM('s'),
  SETITEMS('u'),
  BINPUT('q'),
  LONG_BINPUT('r'),
  BINGET('h'),
  LONG_BINGET('j'),
  MEMOIZE(0x94),
  GLOBAL('c'),
  STACK_GLOBAL(0x93),
  REDUCE('R'),
  NEWOBJ(0x81),
  BUILD('b'),
  BINPERSID('Q'),
  PROTO(0x80),
  FRAME(0x95);

  private static final Opcode[] BY_CODE = new Opcode[256];

  static {
    for (Opcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;

  Opcode(int code) {
    this.code = code;
  }

  static Optional<Opcode> of(int code) {
    return Optional.ofNullable(BY_CODE[code]);
  }
}
