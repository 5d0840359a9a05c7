package io.luntra.jobs.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.codec.BlockShape;
import io.luntra.codec.Pruning;
import io.luntra.codec.TensorSettings;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Plans as JSON (STAGING.md, plans): the same plan gives the same bytes. */
final class PlanJson {
  static final int FORMAT_VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanJson() {}

  static byte[] write(ReleasePlan plan) {
    ObjectNode json = JSON.createObjectNode().put("formatVersion", FORMAT_VERSION);
    ArrayNode notices = json.putArray("notices");
    plan.notices().forEach(notices::add);
    ArrayNode tensors = json.putArray("tensors");
    for (TensorPlan tensor : plan.tensors()) {
      ObjectNode node =
          tensors
              .addObject()
              .put("artifact", tensor.artifact())
              .put("name", tensor.name())
              .put("offset", tensor.offset())
              .put("bytes", tensor.bytes())
              .put("isParents", tensor.isParents());
      write(node.putObject("settings"), tensor.settings());
      ArrayNode ready = node.putArray("ready");
      tensor
          .ready()
          .forEach((offset, hash) -> ready.addArray().add(offset).add(hash.toHex().substring(2)));
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Numbers with fractions are text, so that no reader rounds them. */
  private static void write(ObjectNode json, TensorSettings settings) {
    json.put("method", settings.method().name())
        .put("bits", settings.bits())
        .put("symmetric", settings.symmetric())
        .put("blockRows", settings.block().rows())
        .put("blockColumns", settings.block().columns())
        .put("step", Float.toString(settings.step()))
        .put("rounding", Float.toString(settings.rounding()))
        .put("pruneBelow", Float.toString(settings.pruning().threshold()))
        .put("keep", settings.pruning().keep())
        .put("keepOf", settings.pruning().of())
        .put("downColumns", settings.pruning().downColumns());
  }

  static ReleasePlan read(byte[] bytes, String where) {
    try {
      JsonNode json = JSON.readTree(bytes);
      if (json.path("formatVersion").asInt() != FORMAT_VERSION) {
        throw new LuntraException(
            "Plan %s has format version %s, this program knows %d"
                .formatted(where, json.path("formatVersion"), FORMAT_VERSION));
      }
      List<String> notices = new ArrayList<>();
      json.path("notices").forEach(notice -> notices.add(notice.asText()));
      List<TensorPlan> tensors = new ArrayList<>();
      for (JsonNode node : json.path("tensors")) {
        SortedMap<Long, Bytes32> ready = new TreeMap<>();
        for (JsonNode chunk : node.path("ready")) {
          ready.put(chunk.path(0).asLong(), Bytes32.fromHex(chunk.path(1).asText()));
        }
        tensors.add(
            new TensorPlan(
                node.path("artifact").asInt(),
                node.path("name").asText(),
                node.path("offset").asLong(),
                node.path("bytes").asLong(),
                node.path("isParents").asBoolean(),
                settings(node.path("settings")),
                ready));
      }
      return new ReleasePlan(tensors, notices);
    } catch (IOException | IllegalArgumentException e) {
      throw new LuntraException("Plan " + where + " can't be read", e);
    }
  }

  private static TensorSettings settings(JsonNode json) {
    return new TensorSettings(
        TensorSettings.Method.valueOf(json.path("method").asText()),
        json.path("bits").asInt(),
        json.path("symmetric").asBoolean(),
        new BlockShape(json.path("blockRows").asInt(), json.path("blockColumns").asInt()),
        Float.parseFloat(json.path("step").asText()),
        Float.parseFloat(json.path("rounding").asText()),
        new Pruning(
            Float.parseFloat(json.path("pruneBelow").asText()),
            json.path("keep").asInt(),
            json.path("keepOf").asInt(),
            json.path("downColumns").asBoolean()));
  }
}
