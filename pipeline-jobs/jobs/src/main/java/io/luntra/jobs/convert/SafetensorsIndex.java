package io.luntra.jobs.convert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.tensor.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which tensors were written to which file. */
final class SafetensorsIndex {
  private final Map<String, List<TensorInfo>> files = new TreeMap<>();

  /**
   * @param path of the file in its folder
   */
  void add(String path, List<TensorInfo> tensors) {
    files.put(path, tensors);
  }

  /** Puts the tensors of an index's folder where it had others; all else of it stays. */
  void write(ObjectNode json, String path) {
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    ObjectNode map = json.putObject("weight_map");
    long bytes = 0;
    for (Map.Entry<String, List<TensorInfo>> file : files.entrySet()) {
      String name = file.getKey().substring(file.getKey().lastIndexOf('/') + 1);
      if (file.getKey().equals(folder + name)) {
        for (TensorInfo tensor : file.getValue()) {
          map.put(tensor.name(), name);
          bytes += tensor.bytes();
        }
      }
    }
    if (json.get("metadata") instanceof ObjectNode metadata && metadata.has("total_size")) {
      metadata.put("total_size", bytes);
    }
  }
}
