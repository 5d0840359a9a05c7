package io.luntra.codec;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts an ONNX file into chunks: the raw_data of FP32 initialisers (ModelProto.graph 7,
 * GraphProto.initializer 5, TensorProto dims 1, data_type 2, raw_data 9) by rows of about 1 MiB,
 * and the bytes between. Enough for a file that is known to be well-formed.
 */
final class OnnxFloats {
  private static final int CHUNK_BYTES = 1 << 20;

  private record Initialiser(int offset, int length, int rank, int rowElements) {}

  private final byte[] file;
  private final List<Initialiser> initialisers = new ArrayList<>();
  private int at;

  private OnnxFloats(byte[] file) {
    this.file = file;
  }

  /** Chunks in the order of the file, all of its bytes. */
  static List<Chunks> cut(byte[] file) {
    OnnxFloats walk = new OnnxFloats(file);
    walk.message(file.length, 0);
    return walk.chunks();
  }

  /** Descends into field 7 of the model and field 5 of the graph. */
  private void message(int end, int depth) {
    int[] path = {7, 5};
    while (at < end) {
      long tag = varint();
      if (tag == ((long) path[depth] << 3 | 2)) {
        int length = (int) varint();
        if (depth == 0) {
          message(at + length, 1);
        } else {
          tensor(at + length);
        }
      } else {
        skip((int) (tag & 7));
      }
    }
  }

  private void tensor(int end) {
    List<Long> dims = new ArrayList<>();
    long type = 0;
    int offset = -1;
    int length = 0;
    while (at < end) {
      int tag = (int) varint();
      switch (tag) {
        case 1 << 3 -> dims.add(varint());
        case 1 << 3 | 2 -> {
          int packedEnd = (int) varint() + at;
          while (at < packedEnd) {
            dims.add(varint());
          }
        }
        case 2 << 3 -> type = varint();
        case 9 << 3 | 2 -> {
          length = (int) varint();
          offset = at;
          at += length;
        }
        default -> skip(tag & 7);
      }
    }
    if (type == 1 && offset >= 0) {
      int row = 1;
      for (int i = 1; i < dims.size(); i++) {
        row = Math.multiplyExact(row, Math.toIntExact(dims.get(i)));
      }
      initialisers.add(new Initialiser(offset, length, dims.size(), row));
    }
  }

  private List<Chunks> chunks() {
    initialisers.sort(Comparator.comparingInt(Initialiser::offset));
    List<Chunks> chunks = new ArrayList<>();
    int end = 0;
    for (Initialiser tensor : initialisers) {
      add(chunks, ChunkShape.CONTAINER_BYTES, end, tensor.offset());
      end = tensor.offset() + tensor.length();
      ChunkShape shape = new ChunkShape(DataType.FP32, tensor.rank(), tensor.rowElements());
      add(chunks, shape, tensor.offset(), end);
    }
    add(chunks, ChunkShape.CONTAINER_BYTES, end, file.length);
    return chunks;
  }

  private void add(List<Chunks> chunks, ChunkShape shape, int start, int end) {
    int row = shape.rowElements() * shape.dtype().bytes();
    int step = Math.max(1, CHUNK_BYTES / row) * row;
    for (int offset = start; offset < end; offset += step) {
      chunks.add(new Chunks(shape, Arrays.copyOfRange(file, offset, Math.min(end, offset + step))));
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = file[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private void skip(int wireType) {
    switch (wireType) {
      case 0 -> varint();
      case 1 -> at += 8;
      case 2 -> {
        int length = (int) varint();
        at += length;
      }
      case 5 -> at += 4;
      default -> throw new IllegalStateException("wire type " + wireType + " at " + at);
    }
  }
}
